// Assembly wires florind: store, custody and services, and the routes that they answer. Nothing
// here decides anything.
#pragma once

#include <memory>
#include <vector>

#include "config/server_config.h"
#include "data_dir.h"
#include "failure.h"
#include "florin/log.h"
#include "ports/http.h"

namespace florin::apps {

class Assembly {
 public:
  virtual ~Assembly() = default;

  // takeRoutes gives the routes once; they borrow the assembly.
  virtual std::vector<ports::Route> takeRoutes() = 0;
};

struct Assembled {
  std::unique_ptr<Assembly> assembly;
  Outcome failure;
};

// assemble opens everything in the data directory. `log` must outlive the assembly.
Assembled assemble(const DataDir& dir, const config::ServerConfig& config,
                   std::vector<tsp::Program> programs, Log& log);

}  // namespace florin::apps
