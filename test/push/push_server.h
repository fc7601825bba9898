// PushServer runs server.mjs for one test. It ends with the object, and with the test's process.
#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>

#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "codec/json.h"
#include "crypto/rsa.h"
#include "crypto/x509.h"

namespace florin::test {

class PushServer {
 public:
  struct Options {
    std::string mode = "h2";
    std::vector<std::string> hosts = {"127.0.0.1"};
    base::Time notBefore;
  };
  struct Request {
    std::string path;
    std::string version;
    std::string authorization;
    std::string body;
    std::string id;
  };

  PushServer(const Options& options, const crypto::RsaKey& account, ByteView webhookKey,
             base::Random& random) {
    std::string name = (std::filesystem::temp_directory_path() / "florin-push-XXXXXX").string();
    EXPECT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
    auto made = crypto::makeServerCertificate(options.hosts, options.notBefore, 30, random);
    EXPECT_TRUE(made.ok());
    authorities = made->certificatePem;
    put("cert.pem", base::asBytes(authorities));
    put("key.pem", made->privateKeyPem.expose());
    put("rsa.der", account.publicDer());
    put("webhook.key", webhookKey);
    spawn(options.mode);
    const std::string line = readLine();
    const auto said = codec::parseJson(line);
    EXPECT_TRUE(said.ok()) << line;
    const auto* port = said.ok() ? said->find("port") : nullptr;
    if (port != nullptr) origin = "https://127.0.0.1:" + std::to_string(*port->integer());
  }
  PushServer(const PushServer&) = delete;
  PushServer& operator=(const PushServer&) = delete;
  ~PushServer() {
    ::close(in_);  // its end
    ::close(out_);
    int status = 0;
    if (pid_ > 0) ::waitpid(pid_, &status, 0);
    std::filesystem::remove_all(folder_);
  }

  // next gives the next request that it got; the test fails when there is none.
  Request next() {
    const std::string line = readLine();
    const auto said = codec::parseJson(line, 1 << 22);
    EXPECT_TRUE(said.ok()) << line;
    if (!said.ok()) return {};
    const auto text = [&](std::string_view name) { return std::string(said->find(name)->text()); };
    return {text("path"), text("version"), text("authorization"), text("body"), text("id")};
  }

  // isQuiet tells that it got nothing more.
  bool isQuiet() {
    pollfd ready{out_, POLLIN, 0};
    return buffer_.find('\n') == std::string::npos && ::poll(&ready, 1, 0) == 0;
  }

  std::string origin;
  std::string authorities;

 private:
  void put(const std::string& name, ByteView bytes) const {
    std::ofstream(folder_ / name, std::ios::binary) << base::asText(bytes);
  }

  void spawn(const std::string& mode) {
    int in[2];
    int out[2];
    ASSERT_EQ(::pipe2(in, O_CLOEXEC), 0);
    ASSERT_EQ(::pipe2(out, O_CLOEXEC), 0);
    in_ = in[1];
    out_ = out[0];
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, in[0], 0);
    posix_spawn_file_actions_adddup2(&actions, out[1], 1);
    const std::string folder = folder_.string();
    const char* argv[] = {FLORIN_NODE, FLORIN_PUSH_SERVER, folder.c_str(), mode.c_str(), nullptr};
    EXPECT_EQ(posix_spawn(&pid_, FLORIN_NODE, &actions, nullptr, const_cast<char**>(argv), environ),
              0);
    posix_spawn_file_actions_destroy(&actions);
    ::close(in[0]);
    ::close(out[1]);
  }

  std::string readLine() {
    for (;;) {
      const std::size_t end = buffer_.find('\n');
      if (end != std::string::npos) {
        std::string line = buffer_.substr(0, end);
        buffer_.erase(0, end + 1);
        return line;
      }
      pollfd ready{out_, POLLIN, 0};
      char part[4096];
      const ssize_t length = ::poll(&ready, 1, 20'000) == 1 ? ::read(out_, part, sizeof part) : -1;
      if (length <= 0) {
        ADD_FAILURE() << "the server says nothing";
        return {};
      }
      buffer_.append(part, static_cast<std::size_t>(length));
    }
  }

  std::filesystem::path folder_;
  pid_t pid_ = -1;
  int in_ = -1;
  int out_ = -1;
  std::string buffer_;
};

}  // namespace florin::test
