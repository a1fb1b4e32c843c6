// PlacesFile: where windows are, in a file, so that they are there again when the server has died
// and another one has come.
//
// Threads: load() any; the rest is its own thread's, and changed() any's.

#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "server/screen/returning_windows.h"
#include "server/screen/window_view.h"

namespace blink::server {

class PlacesFile {
 public:
  // What a server has left there; of a file that is damaged or none: nothing.
  static std::vector<WindowMemory> load(const std::string& directory);

  // `look`: the windows as they are, from below.
  PlacesFile(const std::string& directory, std::function<std::vector<WindowView>()> look);
  // A server that ends in good order leaves nothing: its clients end with it.
  ~PlacesFile();

  // Windows may be elsewhere. It is written soon, and not for each step of the way.
  void changed();

 private:
  void run();
  bool write(const std::string& text) const;

  const std::string path_;
  const std::function<std::vector<WindowView>()> look_;
  std::mutex mutex_;
  std::condition_variable told_;
  bool is_changed_ = false, is_over_ = false;
  std::thread thread_;
};

}  // namespace blink::server
