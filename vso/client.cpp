#include "vso/client.h"

#include <fcntl.h>
#include <algorithm>
#include <bit>
#include <cstring>
#include <thread>

#include "common/limits.h"
#include "common/poll_time.h"
#include "vso/client_array.h"

namespace blink::vso {
namespace {

constexpr std::uint64_t client_word(std::size_t offset) {
  return page_offset(BLINK_PAGE_CLIENT_WORDS) + offset;
}
constexpr std::uint64_t server_word(std::size_t offset) {
  return page_offset(BLINK_PAGE_SERVER_WORDS) + offset;
}
constexpr std::uint64_t reply_at(std::uint16_t slot) {
  return page_offset(BLINK_PAGE_REPLIES) + slot * sizeof(blink_reply);
}

Client::Clock::time_point answer_deadline() {
  return Client::Clock::now() + std::chrono::milliseconds(limits::client_answer_ms_max);
}

std::uint64_t bit_of(std::uint32_t index) { return 1ull << index; }

}  // namespace

Result<std::unique_ptr<Client>> Client::connect(ClientOptions options) {
  Layout layout;
  layout.region_pages = pages_for(options.region_bytes);
  layout.command_ring_pages = options.command_ring_pages;
  layout.event_ring_pages = options.event_ring_pages;
  options.region_bytes = page_offset(layout.region_pages);
  if (layout.region_pages < layout.control_pages() || layout.region_pages > UINT32_MAX)
    return Status::system("a region of " + std::to_string(options.region_bytes) +
                          " bytes is too small or too large");
  BLINK_ASSIGN(auto memory, local::MemoryFile::create(options.region_bytes));
  std::unique_ptr<Client> client(new Client(std::move(options), std::move(memory), layout));
  client->write_header();
  BLINK_TRY(client->link_up());
  return client;
}

Client::Client(ClientOptions options, std::unique_ptr<local::MemoryFile> memory, Layout layout)
    : options_(std::move(options)),
      memory_(std::move(memory)),
      layout_(layout),
      dirty_arrays_(
          span().word<std::uint64_t>(client_word(offsetof(blink_client_words, dirty_arrays)))),
      client_sleeping_(
          span().word<std::uint32_t>(client_word(offsetof(blink_client_words, client_sleeping)))),
      server_sleeping_(
          span().word<std::uint32_t>(server_word(offsetof(blink_server_words, server_sleeping)))),
      heartbeat_(
          span().word<std::uint64_t>(client_word(offsetof(blink_client_words, client_heartbeat)))),
      pages_(static_cast<std::uint32_t>(layout.control_pages()),
             static_cast<std::uint32_t>(layout.region_pages - layout.control_pages())) {}

Client::~Client() = default;

void Client::write_header() {
  blink_region_header header{};
  header.magic = BLINK_VSO_MAGIC;
  header.version_major = BLINK_VSO_VERSION_MAJOR;
  header.version_minor = BLINK_VSO_VERSION_MINOR;
  header.header_bytes = sizeof header;
  header.region_bytes = options_.region_bytes;
  header.features_offered = options_.features_offered;
  header.features_required = options_.features_required;
  header.command_ring_pages = options_.command_ring_pages;
  header.event_ring_pages = options_.event_ring_pages;
  span().copy_in(page_offset(BLINK_PAGE_HEADER), std::as_bytes(std::span(&header, 1)));
}

Status Client::link_up() {
  // Both sides' words and the rings begin anew.
  std::memset(memory_->own_bytes() + page_offset(BLINK_PAGE_CLIENT_WORDS), 0,
              page_offset(BLINK_PAGE_COMMAND_RING - BLINK_PAGE_CLIENT_WORDS));
  commands_.emplace(
      *span().part(page_offset(BLINK_PAGE_COMMAND_RING), page_offset(layout_.command_ring_pages)),
      span().word<std::uint64_t>(client_word(offsetof(blink_client_words, command_head))),
      span().word<std::uint64_t>(server_word(offsetof(blink_server_words, command_tail))));
  events_.emplace(
      *span().part(page_offset(layout_.event_ring_page()), page_offset(layout_.event_ring_pages)),
      span().word<std::uint64_t>(server_word(offsetof(blink_server_words, event_head))),
      span().word<std::uint64_t>(client_word(offsetof(blink_client_words, event_tail))));
  auto link = local::ClientLink::connect(options_.socket_path, options_.name, memory_->fd());
  if (!link.is_ok()) return link.take_status();
  link_.emplace(link.take());
  return {};
}

Status Client::reconnect(Clock::time_point deadline) {
  using std::chrono::milliseconds;
  constexpr milliseconds first_pause{5}, longest_pause{250};
  for (milliseconds pause = first_pause;; pause = std::min(2 * pause, longest_pause)) {
    Status status = try_to_reconnect();
    // What the server itself says does not change.
    if (!status.is_system() || Clock::now() + pause > deadline) return status;
    std::this_thread::sleep_for(pause);
  }
}

Status Client::try_to_reconnect() {
  link_.reset();
  reply_slots_free_ = ~0ull;
  BLINK_TRY(link_up());
  for (const auto& array : arrays_) {
    if (!array) continue;
    array->forget_fences();  // they were the old server's
    BLINK_TRY(add_array_at(*array));
    array->mark_everything();
  }
  return {};
}

std::uint64_t Client::generation() const {
  return span().word<std::uint64_t>(server_word(offsetof(blink_server_words, generation))).load();
}

std::uint32_t Client::session_id() const {
  return span().word<std::uint32_t>(server_word(offsetof(blink_server_words, session_id))).load();
}

std::uint16_t Client::version_minor() const {
  return span()
      .word<std::uint16_t>(server_word(offsetof(blink_server_words, version_minor)))
      .load();
}

std::optional<Status> Client::ended() const {
  const auto code = span()
                        .word<std::uint32_t>(server_word(offsetof(blink_server_words, end_code)))
                        .load_acquire();
  if (code != BLINK_END_NONE) {
    const auto words = span().copy_of<blink_server_words>(page_offset(BLINK_PAGE_SERVER_WORDS));
    return Status::guest(
        code, std::string(words.end_text,
                          std::min<std::size_t>(words.end_text_bytes, sizeof words.end_text)));
  }
  if (!link_ || link_->is_gone()) return Status::system("the server has gone");
  return std::nullopt;
}

UniqueFd Client::end_fd() const {
  return UniqueFd(link_ ? ::fcntl(link_->end_fd(), F_DUPFD_CLOEXEC, 0) : -1);
}

bool Client::has_lost_server() const {
  const auto why = ended();
  return why && why->is_system();
}

// ------------------------------------------------------------------------------------- commands

Status Client::ping() {
  blink_message message{};
  message.bytes = sizeof message;
  message.type = BLINK_COMMAND_PING;
  return run_command(std::as_writable_bytes(std::span(&message, 1)));
}

Status Client::bye() {
  blink_message message{};
  message.bytes = sizeof message;
  message.type = BLINK_COMMAND_BYE;
  return run_command(std::as_writable_bytes(std::span(&message, 1)));
}

void Client::release() {
  (void)bye();
  (void)wait_until(answer_deadline(), [] { return false; });  // until it has let go
  link_.reset();
  span().word<std::uint32_t>(server_word(offsetof(blink_server_words, end_code))).store(0);
}

Result<ClientArray*> Client::add_array(std::uint32_t capacity) {
  if (capacity < 1 || capacity > BLINK_ARRAY_CAPACITY_MAX)
    return Status::system("an array has 1 to 262144 records");
  const std::lock_guard lock(arrays_mutex_);
  const auto free = std::find(arrays_.begin(), arrays_.end(), nullptr);
  if (free == arrays_.end()) return Status::system("all arrays are in use");
  const auto run = take_page_run(blink_array_layout_of(capacity).pages);
  if (!run) return Status::system("the region has no room for the array");
  std::memset(memory_->own_bytes() + page_offset(run->first_page), 0, page_offset(run->page_count));
  const auto index = static_cast<std::uint32_t>(free - arrays_.begin());
  auto array = std::make_unique<ClientArray>(*this, index, capacity, *run);
  if (Status status = add_array_at(*array); !status.is_ok()) {
    give_back_pages(std::span(&*run, 1));
    return status;
  }
  *free = std::move(array);
  return free->get();
}

Status Client::add_array_at(const ClientArray& array) {
  blink_command_array command{};
  command.message.bytes = sizeof command;
  command.message.type = BLINK_COMMAND_ARRAY_ADD;
  command.array = array.index();
  command.first_page = array.pages().first_page;
  command.capacity = array.capacity();
  return run_command(std::as_writable_bytes(std::span(&command, 1)));
}

Status Client::remove_array(ClientArray* array) {
  const std::lock_guard lock(arrays_mutex_);
  blink_command_array command{};
  command.message.bytes = sizeof command;
  command.message.type = BLINK_COMMAND_ARRAY_REMOVE;
  command.array = array->index();
  BLINK_TRY(run_command(std::as_writable_bytes(std::span(&command, 1))));
  array->release_everything();
  const PageRun run = array->pages();
  arrays_[array->index()].reset();
  give_back_pages(std::span(&run, 1));
  return {};
}

Status Client::update(const ClientArray& array, std::uint32_t window) {
  blink_command_update command{};
  command.message.bytes = sizeof command;
  command.message.type = BLINK_COMMAND_UPDATE;
  command.array = array.index();
  command.window = window;
  return run_command(std::as_writable_bytes(std::span(&command, 1)));
}

Status Client::eval(const ClientArray& array, std::uint32_t stream, std::uint32_t begin,
                    std::uint32_t bytes) {
  blink_command_eval command{};
  command.message.bytes = sizeof command;
  command.message.type = BLINK_COMMAND_EVAL;
  command.message.reply = BLINK_NO_REPLY;
  command.array = array.index();
  command.stream = stream;
  command.begin = begin;
  command.bytes = bytes;
  return post_command(std::as_bytes(std::span(&command, 1)));
}

Status Client::added(const ClientArray& array, std::uint32_t stream, std::uint64_t place) {
  blink_command_added command{};
  command.message.bytes = sizeof command;
  command.message.type = BLINK_COMMAND_ADDED;
  command.message.reply = BLINK_NO_REPLY;
  command.array = array.index();
  command.stream = stream;
  command.place = place;
  return post_command(std::as_bytes(std::span(&command, 1)));
}

Status Client::post_command(std::span<const std::byte> message) {
  const auto deadline = answer_deadline();
  for (;;) {
    {
      const std::lock_guard lock(command_mutex_);
      BLINK_ASSIGN(const bool has_room, commands_->write(message));
      if (has_room) {
        published();
        return {};
      }
    }
    // The server is a ring of commands behind.
    if (auto why = ended()) return std::move(*why);
    if (Clock::now() > deadline) return Status::system("the server does not answer");
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

Status Client::run_command(std::span<std::byte> message) {
  std::uint64_t ticket = 0;
  BLINK_ASSIGN(const std::uint16_t slot, send_command(message, ticket));
  const auto answered = [&] {
    return span().word<std::uint64_t>(reply_at(slot)).load_ordered() == ticket;
  };
  if (!wait_until(answer_deadline(), answered)) {
    // The slot stays taken: a late answer must not be read as another's.
    if (auto why = ended()) return std::move(*why);
    return Status::system("the server does not answer");
  }
  const auto reply = span().copy_of<blink_reply>(reply_at(slot));
  {
    const std::lock_guard lock(command_mutex_);
    reply_slots_free_ |= bit_of(slot);
  }
  if (reply.code != BLINK_END_NONE) return Status::guest(reply.code, "the server refused");
  return {};
}

Result<std::uint16_t> Client::send_command(std::span<std::byte> message, std::uint64_t& ticket) {
  const auto deadline = answer_deadline();
  for (;;) {
    if (auto why = ended()) return std::move(*why);
    {
      const std::lock_guard lock(command_mutex_);
      if (reply_slots_free_ != 0) {
        const auto slot = static_cast<std::uint16_t>(std::countr_zero(reply_slots_free_));
        blink_message header;
        std::memcpy(&header, message.data(), sizeof header);
        header.reply = slot;
        header.ticket = ticket = next_ticket_++;
        std::memcpy(message.data(), &header, sizeof header);
        BLINK_ASSIGN(const bool has_room, commands_->write(message));
        if (has_room) {
          reply_slots_free_ &= ~bit_of(slot);
          published();
          return slot;
        }
      }
    }
    // Every slot or the whole ring is in use, by other threads that wait: rare, so a nap will do.
    if (Clock::now() > deadline) return Status::system("the server does not answer");
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

void Client::published() {
  heartbeat_.fetch_add(1);
  if (server_sleeping_.load_ordered() != 0 && server_sleeping_.exchange(0) != 0 && link_)
    link_->ring();
}

void Client::mark_array(std::uint32_t array) {
  dirty_arrays_.fetch_or(bit_of(array));
  published();
}

// -------------------------------------------------------------------------------------- waiting

Result<std::optional<ClientEvent>> Client::next_event() {
  const std::lock_guard lock(event_mutex_);
  BLINK_ASSIGN(const bool has_event, events_->read(event_message_));
  if (!has_event) return std::optional<ClientEvent>();
  ClientEvent event;
  event.type = event_message_.header().type;
  if (const auto body = event_message_.as<blink_event_refusal>()) {
    event.array = body->array;
    event.object = body->object;
    event.version = body->version;
    event.code = body->code;
    event.text.assign(body->text, std::min<std::size_t>(body->text_bytes, sizeof body->text));
  } else if (const auto window = event_message_.as<blink_event_window>()) {
    event.array = window->array;
    event.object = window->window;
    event.code = window->code;
    event.text.assign(window->text, std::min<std::size_t>(window->text_bytes, sizeof window->text));
    event.time_us = window->time_us;
    event.kind = window->kind;
    event.value = window->value;
    event.modifiers = window->modifiers;
    std::memcpy(event.number, window->number, sizeof event.number);
  }
  return std::optional(std::move(event));
}

bool Client::has_event() {
  const std::lock_guard lock(event_mutex_);
  return events_->has_message();
}

bool Client::wait_for_event(Clock::time_point deadline) {
  return wait_until(deadline, [this] { return has_event(); });
}

bool Client::wait_until(Clock::time_point deadline, const std::function<bool()>& is_true) {
  std::unique_lock lock(wait_mutex_);
  for (;;) {
    if (is_true()) return true;
    if (Clock::now() >= deadline || !link_) return false;
    if (has_sleeper_) {
      woken_.wait_until(lock, deadline);
      continue;
    }
    // The word is set before the lock is released: whoever finds a sleeper there and looks at its
    // condition afterwards can rely on the ring.
    has_sleeper_ = true;
    client_sleeping_.store_ordered(1);
    lock.unlock();
    const bool is_true_now = is_true();
    const bool is_over = !is_true_now && link_->is_gone();
    if (!is_true_now && !is_over) link_->wait(poll_time(deadline));
    lock.lock();
    client_sleeping_.store(0);
    has_sleeper_ = false;
    woken_.notify_all();
    if (is_over) return is_true();
  }
}

// ---------------------------------------------------------------------------------------- pages

std::optional<PageRun> Client::take_page_run(std::uint32_t pages) {
  const std::lock_guard lock(pages_mutex_);
  return pages_.take_run(pages);
}

std::vector<PageRun> Client::take_pages(std::uint32_t pages, bool scattered) {
  const std::lock_guard lock(pages_mutex_);
  return scattered ? pages_.take_scattered(pages) : pages_.take(pages);
}

void Client::give_back_pages(std::span<const PageRun> runs) {
  const std::lock_guard lock(pages_mutex_);
  for (const PageRun& run : runs)
    pages_.give_back(run);
}

}  // namespace blink::vso
