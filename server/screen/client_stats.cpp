#include "server/screen/client_stats.h"

#include <algorithm>
#include <cmath>

namespace blink::server {

// Index 0 is up to a microsecond; each further one is 2^(1/8) times as long.
void TimeCounts::add(std::chrono::nanoseconds time) {
  const double microseconds = static_cast<double>(time.count()) / 1000;
  const double index = microseconds <= 1 ? 0 : std::ceil(std::log2(microseconds) * steps);
  counts_[static_cast<std::size_t>(std::min(index, count - 1.0))].fetch_add(
      1, std::memory_order_relaxed);
}

double TimeCounts::microseconds(std::uint32_t index) {
  return std::exp2(static_cast<double>(index) / steps);
}

std::shared_ptr<ClientStats> ClientStatsBoard::add(std::uint32_t session) {
  auto stats = std::make_shared<ClientStats>();
  const std::lock_guard lock(mutex_);
  std::erase_if(stats_, [](const auto& entry) { return entry.second.expired(); });
  stats_[session] = stats;
  return stats;
}

std::shared_ptr<const ClientStats> ClientStatsBoard::find(std::uint32_t session) const {
  const std::lock_guard lock(mutex_);
  const auto found = stats_.find(session);
  return found == stats_.end() ? nullptr : found->second.lock();
}

}  // namespace blink::server
