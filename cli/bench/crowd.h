// Crowd: a server of its own with many clients of one kind, each a process, and what they get and
// cost. What they get is what a user sees: frames of the screen that show something new of them.
//
// Threads: one at a time; to be made before there are others (DemoStage).

#pragma once

#include <sys/types.h>

#include <cstddef>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "cli/demo_stage.h"
#include "common/status.h"

namespace blink::bench {

// The processor time that a process has used so far, in seconds; 0: it has gone.
double processor_seconds(pid_t process);

// How often a time was counted, by the milliseconds that it was at most.
using Counts = std::map<double, double>;

// `sign` times what the server says: `frame_gaps` (docs/formats/control.md).
void add_gaps(Counts& counts, const nlohmann::json& gaps, double sign);
// Of no counts at all: infinite.
double percentile(const Counts& counts, double share);

class Crowd {
 public:
  // demo-NAME, with these arguments after the socket.
  Crowd(std::string demo, std::vector<std::string> arguments)
      : demo_(std::move(demo)), arguments_(std::move(arguments)) {}

  Status set_up(server::ScreenSize screen, const std::vector<std::string>& options) {
    return stage_.set_up(screen, options);
  }
  // Starts or ends clients until there are so many, all with something on the screen.
  Status resize(std::size_t clients);

  struct Measured {
    std::vector<double> rates;  // of each client: frames a second that show something new of it
    Counts gaps;                // of all: times between frames in which they were drawn
    double seconds = 0;
    double server_s = 0, clients_s = 0;  // processor time used meanwhile, in seconds

    double mean_rate() const;
    // Microseconds of processor time, of all together, for each frame of a client.
    double cost_us() const;
  };
  Result<Measured> measure(double seconds);

  cli::DemoStage& stage() { return stage_; }

 private:
  std::string name_of(std::size_t client) const { return demo_ + ":" + std::to_string(client); }
  double clients_seconds();

  const std::string demo_;
  const std::vector<std::string> arguments_;
  cli::DemoStage stage_;
  std::size_t clients_ = 0;
};

}  // namespace blink::bench
