#include "server/screen/gpu_times.h"

#include "gl/generated/enums.h"

namespace blink::server {

void GpuTimes::release() {
  for (const Query& query : queries_)
    gl_.DeleteQueries(1, &query.name);
  queries_.clear();
  used_ = 0;
}

GpuTimes::Part::Part(GpuTimes& times, const std::shared_ptr<ClientStats>& of) : gl_(times.gl_) {
  if (times.used_ == times.queries_.size()) {
    Query& query = times.queries_.emplace_back();
    gl_.GenQueries(1, &query.name);
  }
  Query& query = times.queries_[times.used_++];
  query.of = of;
  gl_.BeginQuery(gl::GL_TIME_ELAPSED, query.name);
}

GpuTimes::Part::~Part() { gl_.EndQuery(gl::GL_TIME_ELAPSED); }

void GpuTimes::collect() {
  for (std::size_t i = 0; i < used_; ++i) {
    gl::GLuint64 nanoseconds = 0;
    gl_.GetQueryObjectui64v(queries_[i].name, gl::GL_QUERY_RESULT, &nanoseconds);
    queries_[i].of->gpu_ns += nanoseconds;
    queries_[i].of.reset();
  }
  used_ = 0;
}

}  // namespace blink::server
