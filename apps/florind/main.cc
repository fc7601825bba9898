// florind: the backend. See docs/operations.md.
#include <CLI/CLI.hpp>
#include <iostream>
#include <map>

#include "backup.h"
#include "common/usage.h"
#include "florin/version.h"
#include "init.h"
#include "key_commands.h"
#include "serve.h"

namespace florin::apps {
namespace {

const std::map<std::string, LogLevel> kLogLevels = {{"debug", LogLevel::kDebug},
                                                    {"info", LogLevel::kInfo},
                                                    {"warning", LogLevel::kWarning},
                                                    {"error", LogLevel::kError}};

void addInit(CLI::App& app, InitOptions& options) {
  CLI::App* init =
      app.add_subcommand("init", "make a data directory: keys, certificate, demo issuer");
  init->add_option("--data-dir", options.dataDir, "folder to make")->required();
  init->add_option("--host", options.hosts, "name or address in the certificate (may be repeated)");
  init->add_flag("--quiet", options.quiet, "print nothing, not even the operator token");
}

void addServe(CLI::App& app, ServeOptions& options) {
  CLI::App* serve = app.add_subcommand("serve", "answer wallets, acquirers and operators");
  serve->add_option("--data-dir", options.dataDir, "folder made by init")->required();
  serve->add_option("--listen", options.listen, "address:port; port 0 takes a free one")
      ->envname("FLORIN_LISTEN");
  serve->add_option("--tls-certificate", options.certificate, "PEM chain instead of the folder's");
  serve->add_option("--tls-key-file", options.certificateKey, "its private key, PEM, mode 0600");
  serve->add_option("--log-level", options.logLevel, "debug, info, warning or error")
      ->transform(CLI::CheckedTransformer(kLogLevels, CLI::ignore_case))
      ->envname("FLORIN_LOG_LEVEL");
  serve->add_option("--ready-fd", options.readyFd,
                    "write address:port to this descriptor once it listens");
  serve->add_flag("--check-config", options.checkConfig, "open everything, serve nothing");
}

struct KeyOptions {
  std::string dataDir;
  std::string program;
};

void addKeyCommands(CLI::App& app, KeyOptions& options) {
  CLI::App* rotate = app.add_subcommand(
      "rotate-channel-key", "put a new channel key beside the one before (florind stopped)");
  rotate->add_option("--data-dir", options.dataDir, "folder made by init")->required();
  CLI::App* add = app.add_subcommand(
      "add-program-key", "make the issuer master key of a new card program (florind stopped)");
  add->add_option("--data-dir", options.dataDir, "folder made by init")->required();
  add->add_option("PROGRAM", options.program, "its name, as in programs/*.toml")->required();
  CLI::App* authority = app.add_subcommand(
      "add-program-authority",
      "make the keys that certify the cards of a program, for CDA (florind stopped)");
  authority->add_option("--data-dir", options.dataDir, "folder made by init")->required();
  authority->add_option("PROGRAM", options.program, "its name, as in programs/*.toml")->required();
}

void addBackup(CLI::App& app, BackupOptions& options) {
  CLI::App* made =
      app.add_subcommand("backup", "write the store into a new file, also while serving");
  made->add_option("--data-dir", options.dataDir, "folder made by init")->required();
  made->add_option("FILE", options.file, "file to make")->required();
  CLI::App* restored =
      app.add_subcommand("restore", "put a backup in the store's place (florind stopped)");
  restored->add_option("--data-dir", options.dataDir, "folder made by init")->required();
  restored->add_option("FILE", options.file, "file made by backup")->required();
  CLI::App* confirmed = app.add_subcommand(
      "confirm-restore", "say that no newer backup will come: what is not known may be said again");
  confirmed->add_option("--data-dir", options.dataDir, "folder made by init")->required();
}

int fail(const Failure& failure) {
  std::cerr << "florind: " << failure.text << "\n";
  return static_cast<int>(failure.exit);
}

int run(int argc, char** argv) {
  CLI::App app("Florin's backend.", "florind");
  app.set_version_flag("--version", std::string(sdkVersion()));
  app.require_subcommand(1);
  InitOptions initOptions;
  ServeOptions serveOptions;
  addInit(app, initOptions);
  addServe(app, serveOptions);
  KeyOptions keys;
  addKeyCommands(app, keys);
  BackupOptions backedUp;
  addBackup(app, backedUp);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);  // --help, --version
    return fail(usageFailure(app, error, argc, argv));
  }
  const Done done = app.got_subcommand("init")              ? init(initOptions)
                    : app.got_subcommand("serve")           ? serve(serveOptions)
                    : app.got_subcommand("backup")          ? backup(backedUp)
                    : app.got_subcommand("restore")         ? restore(backedUp)
                    : app.got_subcommand("confirm-restore") ? confirmRestore(backedUp.dataDir)
                    : app.got_subcommand("add-program-key")
                        ? addProgramKey(keys.dataDir, keys.program)
                    : app.got_subcommand("add-program-authority")
                        ? addProgramAuthority(keys.dataDir, keys.program)
                        : rotateChannelKey(keys.dataDir);
  return done.ok() ? 0 : fail(done.error());
}

}  // namespace
}  // namespace florin::apps

int main(int argc, char** argv) {
  try {
    return florin::apps::run(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "florind: internal error: " << error.what() << "\n";
    return static_cast<int>(florin::apps::Exit::kInternal);
  }
}
