// GpuTimes: how long the GL driver works on the commands of each client, by timer queries.
//
// Threads: the one where the context is current.

#pragma once

#include <memory>
#include <vector>

#include "gl/generated/dispatch.h"
#include "server/screen/client_stats.h"

namespace blink::server {

class GpuTimes {
 public:
  explicit GpuTimes(const gl::Dispatch& gl) : gl_(gl) {}
  void release();

  // The commands during its life are counted for a client. One at a time.
  class Part {
   public:
    Part(GpuTimes& times, const std::shared_ptr<ClientStats>& of);
    ~Part();
    Part(const Part&) = delete;

   private:
    const gl::Dispatch& gl_;
  };

  // To be called when the driver has done everything: asking for a result does not wait then.
  void collect();

 private:
  struct Query {
    gl::GLuint name = 0;
    std::shared_ptr<ClientStats> of;
  };

  const gl::Dispatch& gl_;
  std::vector<Query> queries_;  // the first `used_` have no result yet
  std::size_t used_ = 0;
};

}  // namespace blink::server
