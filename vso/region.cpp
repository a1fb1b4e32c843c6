#include "vso/region.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace blink::vso {
namespace {

// Sleeping is announced before the header is published to nobody yet, so plain offsets will do.
constexpr std::uint64_t client_word(std::size_t offset) {
  return page_offset(BLINK_PAGE_CLIENT_WORDS) + offset;
}
constexpr std::uint64_t server_word(std::size_t offset) {
  return page_offset(BLINK_PAGE_SERVER_WORDS) + offset;
}

guest_span ring_span(guest_span region, std::uint64_t page, std::uint32_t pages) {
  const auto span = region.part(page_offset(page), page_offset(pages));
  CHECK(span.has_value());  // check_header has seen to it
  return *span;
}

std::uint16_t type_of(std::span<const std::byte> event) {
  blink_message message;
  std::memcpy(&message, event.data(), sizeof message);
  return message.type;
}

template <typename T>
std::span<const std::byte> bytes_of(const T& value) {
  return std::as_bytes(std::span(&value, 1));
}

Status bad_record(std::uint32_t array, std::uint32_t slot, const char* what) {
  return Status::guest(BLINK_END_RECORD, "array " + std::to_string(array) + " record " +
                                             std::to_string(slot) + ": " + what);
}

void add(std::atomic<std::uint64_t>& counter, std::int64_t change) {
  counter.fetch_add(static_cast<std::uint64_t>(change), std::memory_order_relaxed);
}

}  // namespace

struct Region::Object {
  Object(ObjectKey object_key, std::uint16_t object_type, Memory& memory, MappedRuns& budget,
         PageList pages)
      : key(object_key), type(object_type), content(memory, budget, std::move(pages)) {}

  ObjectKey key;
  std::uint16_t type;
  Content content;
};

Result<std::unique_ptr<Region>> Region::attach(Memory& memory, ObjectConsumer& consumer,
                                               const Quotas& quotas, Identity identity) {
  const std::uint64_t bytes = memory.span().bytes();
  if (bytes > quotas.region_bytes_max)
    return Status::guest(BLINK_END_QUOTA, "the region has " + std::to_string(bytes) +
                                              " bytes, the session may have " +
                                              std::to_string(quotas.region_bytes_max));
  if (bytes < page_offset(BLINK_PAGE_COMMAND_RING))
    return Status::guest(BLINK_END_HEADER, "the region is too small for its header");
  const auto header = memory.span().copy_of<blink_region_header>(page_offset(BLINK_PAGE_HEADER));
  BLINK_ASSIGN(RegionTerms terms, check_header(header, bytes));
  std::unique_ptr<Region> region(new Region(memory, consumer, quotas, terms));
  region->introduce(identity, terms);
  return region;
}

Region::Region(Memory& memory, ObjectConsumer& consumer, const Quotas& quotas, RegionTerms terms)
    : memory_(memory),
      consumer_(consumer),
      quotas_(quotas),
      layout_(terms.layout),
      version_minor_(terms.version_minor),
      span_(memory.span()),
      dirty_arrays_(
          span_.word<std::uint64_t>(client_word(offsetof(blink_client_words, dirty_arrays)))),
      client_wake_(span_),
      server_sleeping_(
          span_.word<std::uint32_t>(server_word(offsetof(blink_server_words, server_sleeping)))),
      commands_(ring_span(span_, BLINK_PAGE_COMMAND_RING, layout_.command_ring_pages),
                span_.word<std::uint64_t>(client_word(offsetof(blink_client_words, command_head))),
                span_.word<std::uint64_t>(server_word(offsetof(blink_server_words, command_tail)))),
      events_(ring_span(span_, layout_.event_ring_page(), layout_.event_ring_pages),
              span_.word<std::uint64_t>(server_word(offsetof(blink_server_words, event_head))),
              span_.word<std::uint64_t>(client_word(offsetof(blink_client_words, event_tail)))),
      marks_(layout_.region_pages) {}

Region::~Region() {
  for (std::uint32_t i = 0; i < arrays_.size(); ++i)
    drop_array(i);
}

// Fills in what the client may know from now on.
void Region::introduce(Identity identity, const RegionTerms& terms) {
  blink_server_words words{};
  words.generation = identity.generation;
  words.session_id = identity.session_id;
  words.features_agreed = terms.features;
  words.version_minor = terms.version_minor;
  words.objects_max = quotas_.objects_max;
  words.extents_max = quotas_.extents_max;
  words.object_bytes_max = quotas_.object_bytes_max;
  words.notifications_per_s_max = quotas_.notifications_per_s_max;
  span_.copy_in(page_offset(BLINK_PAGE_SERVER_WORDS), bytes_of(words));
}

bool Region::has_work() const {
  return commands_.has_message() || dirty_arrays_.load_ordered() != 0;
}

bool Region::must_ring() {
  if (!published_) return false;
  published_ = false;
  return client_wake_.must_ring();
}

Result<bool> Region::turn(const std::function<bool()>& must_stop) {
  client_wake_.beat();
  bool more = true;
  for (std::uint32_t i = 0; i < limits::commands_per_turn_max && more && !said_bye_; ++i) {
    if (must_stop && must_stop()) return true;
    BLINK_ASSIGN(more, commands_.read(message_));
    if (more) BLINK_TRY(run_command(message_));
  }
  if (said_bye_) return false;  // what came after it is not looked at
  BLINK_ASSIGN(const bool more_changes, take_changes());
  return more || more_changes;
}

// ------------------------------------------------------------------------------------- commands

// A client that goes on publishing is not waited for.
constexpr std::uint32_t turns_before_update_max = 64;

Status Region::run_command(const Message& message) {
  add(counters_.commands, 1);
  const blink_message& header = message.header();
  if (header.reply >= BLINK_REPLY_SLOTS && header.reply != BLINK_NO_REPLY)
    return Status::guest(BLINK_END_COMMAND,
                         "command: reply slot " + std::to_string(header.reply) + " does not exist");
  switch (header.type) {
    case BLINK_COMMAND_PING:
      if (!message.as<blink_message>()) break;
      return answer(
          header, BLINK_END_NONE,
          span_.word<std::uint64_t>(server_word(offsetof(blink_server_words, generation))).load());
    case BLINK_COMMAND_ARRAY_ADD:
      if (const auto command = message.as<blink_command_array>()) {
        BLINK_TRY(add_array(*command));
        return answer(header, BLINK_END_NONE);
      }
      break;
    case BLINK_COMMAND_ARRAY_REMOVE:
      if (const auto command = message.as<blink_command_array>()) {
        BLINK_TRY(remove_array(*command));
        return answer(header, BLINK_END_NONE);
      }
      break;
    case BLINK_COMMAND_UPDATE:
      if (const auto command = message.as<blink_command_update>()) return run_update(*command);
      break;
    case BLINK_COMMAND_EVAL:
      if (const auto command = message.as<blink_command_eval>()) return run_eval(*command);
      break;
    case BLINK_COMMAND_ADDED:
      if (const auto command = message.as<blink_command_added>()) return run_added(*command);
      break;
    case BLINK_COMMAND_BYE:
      if (!message.as<blink_message>()) break;
      for (std::uint32_t i = 0; i < arrays_.size(); ++i)
        drop_array(i);
      said_bye_ = true;
      return answer(header, BLINK_END_NONE);
    default:
      return Status::guest(BLINK_END_COMMAND,
                           "command: type " + std::to_string(header.type) + " is unknown");
  }
  return Status::guest(BLINK_END_COMMAND, "command: type " + std::to_string(header.type) +
                                              " cannot have " + std::to_string(header.bytes) +
                                              " bytes");
}

Status Region::answer(const blink_message& command, std::uint32_t code, std::uint64_t value) {
  if (command.reply == BLINK_NO_REPLY) return {};  // nothing that a client would wait for
  published_ = true;
  blink_reply reply{};
  reply.code = code;
  reply.value[0] = value;
  const std::uint64_t at = page_offset(BLINK_PAGE_REPLIES) + command.reply * sizeof(blink_reply);
  constexpr std::size_t after_ticket = offsetof(blink_reply, code);
  static_assert(offsetof(blink_reply, ticket) == 0 && after_ticket == sizeof(std::uint64_t));
  span_.copy_in(at + after_ticket, bytes_of(reply).subspan(after_ticket));
  span_.word<std::uint64_t>(at).store_release(command.ticket);
  return {};
}

Status Region::add_array(const blink_command_array& command) {
  const auto bad = [&](const std::string& what) {
    return Status::guest(BLINK_END_ARRAY, "array " + std::to_string(command.array) + ": " + what);
  };
  if (command.array >= BLINK_ARRAYS_MAX) return bad("no such number");
  if (arrays_[command.array]) return bad("is there already");
  if (command.reserved != 0) return bad("reserved word must be zero");
  if (command.capacity < 1 || command.capacity > BLINK_ARRAY_CAPACITY_MAX)
    return bad("capacity " + std::to_string(command.capacity) + " is out of range");
  std::uint64_t records = command.capacity;
  for (const auto& array : arrays_)
    if (array) records += array->shared.capacity();
  if (records > quotas_.objects_max)
    return Status::guest(BLINK_END_QUOTA, "arrays for " + std::to_string(records) +
                                              " objects, the session may have " +
                                              std::to_string(quotas_.objects_max));
  const blink_array_layout layout = blink_array_layout_of(command.capacity);
  if (command.first_page < layout_.control_pages()) return bad("lies over the region's own parts");
  const auto span = span_.part(page_offset(command.first_page), page_offset(layout.pages));
  if (!span) return bad("does not lie within the region");

  arrays_[command.array] = std::make_unique<Array>(
      Array{ObjectArray(command.capacity, *span), std::vector<Slot>(command.capacity)});
  add(counters_.arrays, 1);
  return {};
}

Status Region::remove_array(const blink_command_array& command) {
  if (command.array >= BLINK_ARRAYS_MAX || !arrays_[command.array])
    return Status::guest(BLINK_END_ARRAY,
                         "array " + std::to_string(command.array) + ": is not there");
  drop_array(command.array);
  // What was marked before the removal is not a mark for an array that does not exist.
  dirty_arrays_.fetch_and(~(1ull << command.array));
  return {};
}

// What was published before a command is what it sees.
Status Region::catch_up() {
  bool more = true;
  for (std::uint32_t i = 0; i < turns_before_update_max && more; ++i) {
    BLINK_ASSIGN(more, take_changes());
  }
  return {};
}

Status Region::run_eval(const blink_command_eval& command) {
  BLINK_TRY(catch_up());
  BLINK_TRY(consumer_.eval({command.array, command.stream}, command.begin, command.bytes,
                           command.message.reply != BLINK_NO_REPLY));
  return answer(command.message, BLINK_END_NONE);
}

Status Region::run_added(const blink_command_added& command) {
  BLINK_TRY(catch_up());
  BLINK_TRY(consumer_.added({command.array, command.stream}, command.place,
                            command.message.reply != BLINK_NO_REPLY));
  return answer(command.message, BLINK_END_NONE);
}

Status Region::run_update(const blink_command_update& command) {
  BLINK_TRY(catch_up());
  const Status status = consumer_.update({command.array, command.window});
  const std::uint32_t code = status.is_ok()      ? std::uint32_t{BLINK_END_NONE}
                             : status.is_guest() ? status.code()
                                                 : std::uint32_t{BLINK_END_SERVER};
  return answer(command.message, code);
}

void Region::drop_array(std::uint32_t index) {
  if (!arrays_[index]) return;
  for (Slot& slot : arrays_[index]->slots)
    drop_object(slot);
  arrays_[index].reset();
  add(counters_.arrays, -1);
}

// -------------------------------------------------------------------------------------- changes

Result<bool> Region::take_changes() {
  if (dirty_arrays_.load() == 0) return false;
  std::uint64_t dirty = dirty_arrays_.exchange(0);
  bool more = false;
  pages_looked_at_ = 0;
  for (; dirty != 0; dirty &= dirty - 1) {
    if (pages_looked_at_ > limits::pages_per_turn_max) {
      dirty_arrays_.fetch_or(dirty);
      return true;
    }
    const auto index = static_cast<std::uint32_t>(std::countr_zero(dirty));
    if (!arrays_[index])
      return Status::guest(BLINK_END_DIRTY,
                           "dirty bit for array " + std::to_string(index) + ", which is not there");
    changed_.clear();
    BLINK_ASSIGN(const bool more_here,
                 arrays_[index]->shared.take_dirty(limits::changes_per_turn_max, changed_));
    std::size_t done = 0;
    while (done < changed_.size() && pages_looked_at_ <= limits::pages_per_turn_max)
      BLINK_TRY(look_at(index, changed_[done++]));
    arrays_[index]->shared.give_back_dirty(std::span(changed_).subspan(done));
    const bool is_left = more_here || done < changed_.size();
    if (is_left) dirty_arrays_.fetch_or(1ull << index);
    more |= is_left;
  }
  return more;
}

// A record was marked: what does it say now?
Status Region::look_at(std::uint32_t array, std::uint32_t slot_index) {
  Array& in = *arrays_[array];
  blink_object_record record;
  if (in.shared.read_record(slot_index, record) == ObjectArray::Read::changing) return {};
  Slot& slot = in.slots[slot_index];
  if (record.version == slot.version) return {};

  Status status = check_record(array, slot_index, record);
  if (status.is_ok() && record.type == BLINK_OBJECT_NONE) {
    drop_object(slot);
    slot.version = record.version;
    in.shared.set_fence(slot_index, record.version);
    published_ = true;
    return {};
  }
  if (status.is_ok()) status = take_version(array, slot_index, record);
  // A fault counts only if the client stands by it: what was read during a change proves nothing.
  if (status.is_guest() && !in.shared.still_has_version(slot_index, record.version))
    return count_torn({array, record.object}, record.version);
  return status;
}

Status Region::check_record(std::uint32_t array, std::uint32_t slot_index,
                            const blink_object_record& record) {
  const Slot& slot = arrays_[array]->slots[slot_index];
  const auto bad = [&](const char* what) { return bad_record(array, slot_index, what); };
  if (record.version < slot.version) return bad("its version went back");
  if (record.flags != 0 || record.reserved != 0) return bad("reserved fields must be zero");
  if (BLINK_OBJECT_SLOT(record.object) != slot_index || BLINK_OBJECT_USE(record.object) == 0)
    return bad("its object id belongs to another record");
  if (record.type == BLINK_OBJECT_NONE) return {};
  if (record.damage_begin > record.damage_end || record.damage_end > record.bytes)
    return bad("its damage is not within its content");
  if (record.damage_since > record.version) return bad("its damage is from the future");
  // An id that has a new use is a new object; the same id stays what it is.
  if (slot.object && slot.object->key.object == record.object && slot.object->type != record.type)
    return bad("its type changed without a retirement");
  return {};
}

Status Region::take_version(std::uint32_t array, std::uint32_t slot_index,
                            const blink_object_record& record) {
  Array& in = *arrays_[array];
  Slot& slot = in.slots[slot_index];
  const ObjectKey key{array, record.object};
  if (slot.object && slot.object->key != key) drop_object(slot);

  const std::uint64_t extents_held =
      counters_.extents - (slot.object ? slot.object->content.pages().runs().size() : 0);
  pages_looked_at_ += std::min(record.extent_count, quotas_.extents_max);
  BLINK_ASSIGN(
      PageList pages,
      PageList::resolve(record, span_, layout_,
                        static_cast<std::uint32_t>(quotas_.extents_max - extents_held), marks_));
  BLINK_TRY(check_quotas(slot.object.get(), pages));
  pages_looked_at_ += pages_for(pages.bytes());
  if (!consumer_.knows(record.type))
    return refuse(key, slot, record.version,
                  Status::guest(BLINK_END_TYPE, "object type " + std::to_string(record.type) +
                                                    " is not known here"));

  std::unique_ptr<Object> fresh;
  if (!slot.object || slot.object->content.pages() != pages)
    fresh = std::make_unique<Object>(key, record.type, memory_, mapped_runs_, std::move(pages));
  const ObjectVersion version{
      .key = key,
      .type = record.type,
      .version = record.version,
      .param = std::span(record.param),
      .damage = {record.damage_since, record.damage_begin, record.damage_end},
      .content = fresh ? fresh->content : slot.object->content};
  const Status prepared = consumer_.prepare(version);
  version.content.forget_copy();
  if (!in.shared.still_has_version(slot_index, record.version)) {
    consumer_.discard(version);
    return count_torn(key, record.version);
  }
  if (!prepared.is_ok()) {
    consumer_.discard(version);
    return refuse(key, slot, record.version, prepared);
  }
  consumer_.commit(version);
  if (fresh) keep_object(slot, std::move(fresh));
  slot.version = record.version;
  in.shared.set_fence(slot_index, record.version);
  published_ = true;
  add(counters_.versions, 1);
  if (torn_key_ == key) torn_count_ = 0;
  return {};
}

Status Region::check_quotas(const Object* before, const PageList& pages) const {
  const std::uint64_t others =
      counters_.object_bytes - (before ? before->content.pages().bytes() : 0);
  if (pages.bytes() > quotas_.object_bytes_max - others)
    return Status::guest(BLINK_END_QUOTA, "objects of " + std::to_string(others) + " and " +
                                              std::to_string(pages.bytes()) +
                                              " bytes, the session may have " +
                                              std::to_string(quotas_.object_bytes_max));
  return {};
}

Status Region::count_torn(ObjectKey key, std::uint64_t version) {
  add(counters_.torn, 1);
  if (torn_key_ != key) {
    torn_key_ = key;
    torn_count_ = 0;
  }
  if (++torn_count_ != limits::torn_reads_told) return {};
  return post_refusal(BLINK_EVENT_OBJECT_TORN, key, version, BLINK_END_NONE,
                      "it changes faster than it can be read: wait for its fence");
}

// This version is not shown; what was shown before stays, and the pages are the client's again.
Status Region::refuse(ObjectKey key, Slot& slot, std::uint64_t version, const Status& why) {
  add(counters_.refused, 1);
  slot.version = version;
  arrays_[key.array]->shared.set_fence(BLINK_OBJECT_SLOT(key.object), version);
  const std::uint32_t code = why.is_guest() ? why.code() : std::uint32_t{BLINK_END_SERVER};
  return post_refusal(BLINK_EVENT_OBJECT_REFUSED, key, version, code, why.text());
}

void Region::keep_object(Slot& slot, std::unique_ptr<Object> object) {
  const auto count = [this](const Object& counted, std::int64_t sign) {
    add(counters_.objects, sign);
    add(counters_.object_bytes, sign * static_cast<std::int64_t>(counted.content.bytes()));
    add(counters_.extents, sign * static_cast<std::int64_t>(counted.content.pages().runs().size()));
  };
  if (slot.object) count(*slot.object, -1);
  slot.object = std::move(object);
  if (slot.object) count(*slot.object, 1);
}

void Region::drop_object(Slot& slot) {
  if (!slot.object) return;
  consumer_.retire(slot.object->key);
  keep_object(slot, nullptr);
}

// --------------------------------------------------------------------------------------- events

Status Region::post_refusal(std::uint16_t type, ObjectKey key, std::uint64_t version,
                            std::uint32_t code, std::string_view text) {
  blink_event_refusal event{};
  event.message.bytes = sizeof event;
  event.message.type = type;
  event.array = key.array;
  event.object = key.object;
  event.version = version;
  event.code = code;
  text = text.substr(0, sizeof event.text);
  event.text_bytes = static_cast<std::uint32_t>(text.size());
  std::memcpy(event.text, text.data(), text.size());
  BLINK_ASSIGN(const bool has_room, events_.write(bytes_of(event)));
  published_ = true;
  if (has_room) {
    unread_answers_ = 0;
    return {};
  }
  count_lost_event();
  if (++unread_answers_ > limits::unread_answers_max)
    return Status::guest(BLINK_END_UNREAD, "goes on asking and never reads the answers");
  return {};
}

namespace {

std::uint16_t first_version_of(std::uint16_t event) {
  switch (event) {
    case BLINK_EVENT_SHOWN: return 4;
    case BLINK_EVENT_RELEASE: return 6;
    default: return 2;
  }
}

}  // namespace

Status Region::post(std::span<const std::byte> event, bool is_passing) {
  // From before there were such events.
  if (version_minor_ < first_version_of(type_of(event))) return {};
  const std::uint64_t half_ring = page_offset(layout_.event_ring_pages) / 2;
  BLINK_ASSIGN(const bool has_room, events_.write(event, is_passing ? half_ring : 0));
  if (has_room)
    published_ = true;
  else
    count_lost_event();
  return {};
}

void Region::count_lost_event() {
  add(counters_.events_lost, 1);
  span_.word<std::uint64_t>(server_word(offsetof(blink_server_words, events_lost)))
      .store(counters_.events_lost);
}

void Region::end(std::uint32_t code, std::string_view text) {
  for (std::uint32_t i = 0; i < arrays_.size(); ++i)
    drop_array(i);
  // A full or broken ring is no matter here: the words below are always there.
  (void)post_refusal(BLINK_EVENT_END, {}, 0, code, text);
  text = text.substr(0, BLINK_END_TEXT_BYTES);
  span_.copy_in(server_word(offsetof(blink_server_words, end_text)),
                std::as_bytes(std::span(text)));
  span_.word<std::uint32_t>(server_word(offsetof(blink_server_words, end_text_bytes)))
      .store(static_cast<std::uint32_t>(text.size()));
  span_.word<std::uint32_t>(server_word(offsetof(blink_server_words, end_code)))
      .store_release(code);
  published_ = true;
}

}  // namespace blink::vso
