// florin: a device, a terminal and a demonstration in one command.
#include <csignal>
#include <exception>
#include <iostream>

#include "options.h"

namespace {

using florin::apps::Console;
using florin::apps::Exit;
using florin::apps::Failure;

int fail(Console& console, const Failure& failure) {
  console.failure(failure);
  return static_cast<int>(failure.exit);
}

int run(int argc, char** argv) {
  auto invocation = florin::apps::parseArguments(argc, argv);
  Console console(invocation.ok() ? invocation->options.json
                                  : florin::apps::asksForJson(argc, argv));
  if (!invocation.ok()) return fail(console, invocation.error());
  if (invocation->command == nullptr) {
    std::cout << invocation->text;
    return 0;
  }
  const auto done = invocation->command(console, invocation->options);
  return done.ok() ? 0 : fail(console, done.error());
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  try {
    return run(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "florin: a fault of this program: " << error.what() << "\n";
    return static_cast<int>(Exit::kInternal);
  }
}
