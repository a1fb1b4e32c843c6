// Connection: this process' session with the server, which all of its GL contexts share.
//
// Made when the first context is; the server's socket is BLINK_SOCKET, or the user's.
//
// When the server goes without a word, whoever notices first waits for the next one and tells it
// all that the contexts are (docs/decisions/0023); the others wait for that, and go on.
//
// Threads: any.

#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <shared_mutex>
#include <span>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "vso/client.h"
#include "vso/client_array.h"

namespace blink::icd {

class StreamWriter;

class Connection {
 public:
  // Null where there is no server.
  static Connection* get();
  ~Connection();

  vso::Client& client() { return *client_; }

  // Objects of the one array that there is. A ClientArray is for one thread at a time, so these
  // take turns.
  std::uint32_t create(std::uint16_t type, std::uint64_t bytes,
                       const vso::ClientArray::Params& params, std::span<std::byte>* content);
  // Publishes what was written to it.
  void publish(std::uint32_t object);
  // The same, and waits until the server has taken it; false: it was refused.
  bool publish_and_wait(std::uint32_t object);
  // The same of what was published.
  bool wait_for(std::uint32_t object);
  // Publishes it with other numbers.
  void set_params(std::uint32_t object, const vso::ClientArray::Params& params);
  void retire(std::uint32_t object);
  bool eval(std::uint32_t stream, std::uint32_t begin, std::uint32_t bytes);
  // Has a stream's ring replayed up to there, after all that was published, and what any stream
  // handed over, before. Returns whose turn it is from then on: that stream's, until another one
  // comes, or something is published. 0: the session is over.
  std::uint64_t added(std::uint32_t stream, std::uint64_t place);
  std::uint64_t turn() const { return turn_.load(std::memory_order_acquire); }
  // ---- bulk objects, whose bytes the journal may take for its own ----
  struct BulkUse {
    std::atomic<int> holds{0};
    std::uint64_t bytes = 0;
    bool is_left = false;  // by the stream that made it; guarded by mutex_, as are changes of holds
  };
  std::shared_ptr<const BulkUse> add_bulk(std::uint32_t object, std::uint64_t bytes);
  // Retires it, now or when nobody holds it.
  void leave_bulk(std::uint32_t object);
  // Null: too much is held, or most of it would be for nothing.
  std::shared_ptr<const void> hold_bulk(std::uint32_t object, std::uint32_t bytes);

  // ---- frames on the screen ----
  // How often a window was seen with something new in it, as far as it is known.
  struct Shown {
    std::atomic<std::uint64_t> times{0};
    std::atomic<float> refresh_rate{60};  // of the screen: frames a second
  };
  std::shared_ptr<const Shown> watch_shown(std::uint32_t window);
  // Waits until it has been shown more often than that, or for so long.
  void wait_until_shown(const Shown& shown, std::uint64_t times, vso::Client::Clock::duration most);

  // What is done, on another thread, when the user wants a window closed; null: nothing any more.
  void when_closed(std::uint32_t window, std::function<void()> close);

  // Where an object's content lies.
  std::span<const std::byte> content(std::uint32_t object);

  // ---- another server ----
  // How many there have been. While `in_life()` is held there is no other.
  std::uint64_t life() const { return life_; }
  std::shared_lock<std::shared_mutex> in_life() { return std::shared_lock(life_mutex_); }
  // While that is held: whether there is none yet.
  bool is_away() const { return is_away_; }
  // After the server of that life was lost: returns when there is another that knows all, or false.
  // The caller holds nothing.
  bool live_on(std::uint64_t life);
  // After a hand-over, where that is to be checked (client-icd/checks.h): as if it were lost.
  void check_rebuild();
  // The server, or what runs our OpenGL for it: there may be another one.
  bool has_lost_server() const;
  void add(StreamWriter& writer);
  void remove(StreamWriter& writer);
  void set_surface(std::uint32_t surface, std::uint32_t width, std::uint32_t height);
  void drop_surface(std::uint32_t surface);

  // Says once, on the standard error output, why nothing is drawn.
  static void complain(std::string_view why);

  std::uint32_t next_surface() { return ++surfaces_; }

  // ---- images of EGL's ----
  std::uint32_t add_image();
  bool has_image(std::uint32_t image);
  // False: there is none. The server hears of it from whoever is the next to write.
  bool drop_image(std::uint32_t image);
  void tell_dropped_images(StreamWriter& stream);

 private:
  static Result<std::unique_ptr<Connection>> make();

  std::unique_ptr<vso::Client> client_;
  // Hears what the server has to say.
  void listen();
  void note_shown(const vso::ClientEvent& event);
  void close_what_the_user_wants();

  void begin_anew();
  void come_back(std::unique_lock<std::shared_mutex>& lock);
  bool begin_life(std::unique_lock<std::shared_mutex>& lock);
  void release();
  bool reconnect(std::unique_lock<std::shared_mutex>& lock);
  bool leaves_within(std::chrono::milliseconds time) const;
  bool tell_all();
  // Has the journals take all that was handed over, and what only the GPU has, as far as it is not
  // more than so many bytes for each share group; with all threads stopped.
  enum class Drawn : std::uint8_t { settled, all };
  void save(Drawn which, std::uint64_t bytes_max);

  vso::ClientArray* array_ = nullptr;
  std::mutex mutex_;
  std::map<std::uint32_t, std::uint32_t> refused_;  // objects, and why; guarded by mutex_
  std::vector<StreamWriter*> writers_;              // likewise, and by life_mutex_
  std::map<std::uint32_t, std::pair<std::uint32_t, std::uint32_t>> sizes_;  // surfaces'; likewise
  std::map<std::uint32_t, std::shared_ptr<BulkUse>> bulks_;                 // likewise
  std::uint64_t held_bytes_ = 0;                                            // likewise
  std::map<std::uint32_t, std::function<void()>> closers_;                  // windows'; likewise
  std::vector<std::function<void()>> to_close_;                             // likewise
  std::map<std::uint32_t, std::weak_ptr<Shown>> shown_;                     // windows'; likewise
  std::atomic<std::uint32_t> surfaces_{0};
  std::uint32_t images_made_ = 0;              // guarded by mutex_
  std::set<std::uint32_t> images_;             // likewise
  std::vector<std::uint32_t> dropped_images_;  // likewise

  void release_bulk(std::uint32_t object);
  void end_turn();
  std::mutex turn_mutex_;
  std::uint32_t whose_turn_ = 0;  // a stream; guarded by turn_mutex_, as are changes of the next
  std::atomic<std::uint64_t> turn_{1};

  std::shared_mutex life_mutex_;
  std::atomic<std::uint64_t> life_{1};  // changes under life_mutex_
  void note_renderer_death();
  std::atomic<bool> must_release_{false};
  std::atomic<int> renderer_deaths_{0};  // since then; changes under life_mutex_
  vso::Client::Clock::time_point renderer_deaths_since_{};
  bool is_over_ = false;  // guarded by life_mutex_
  bool is_away_ = false;  // somebody waits for another server; likewise
  std::condition_variable_any life_changed_;

  void watch();
  bool watch_server(int end_fd);
  void save_now_and_then();
  vso::Client::Clock::time_point next_save_{}, next_whole_save_{}, busy_until_{};  // the watcher's
  std::uint64_t number_seen_ = 0;                                                  // likewise
  UniqueFd leaving_;  // can be read when the process ends
  std::thread watcher_;
  int process_ = 0;  // where the watcher is: a child that was forked has none
};

}  // namespace blink::icd
