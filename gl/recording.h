// Recording: what a driver would have been told. The commands of recording_dispatch() append
// themselves to the recording that listens on their thread; tests compare it.

#pragma once

#include <bit>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace blink::gl {

class Recording {
 public:
  struct Argument {
    enum class Kind : std::uint8_t { integer, real, pointer };
    Kind kind = Kind::integer;
    std::uint64_t bits = 0;  // an integer (sign-extended), or a double's

    // A NaN is a NaN: which one it is, is the processor's choice.
    bool operator==(const Argument& other) const;
  };
  static constexpr std::uint32_t no_command = ~0u;
  struct Call {
    std::uint32_t command = 0;        // of command_names, or none
    std::string_view name;            // without gl
    std::vector<Argument> arguments;  // a short array counts as so many arguments

    bool operator==(const Call&) const = default;
  };

  // How many elements the array has that is this parameter of this command, where the registry
  // does not say; 0: not known, then only whether there is one is noted.
  using Lengths = std::size_t (*)(std::uint32_t command, std::size_t parameter);

  // Listens from here to its end; one at a time on each thread.
  explicit Recording(Lengths lengths = nullptr);
  ~Recording();
  Recording(const Recording&) = delete;

  const std::vector<Call>& calls() const { return calls_; }
  void clear() { calls_.clear(); }
  // "Rotatef 90 0 0 1", for people.
  static std::string text(const Call& call);

 private:
  friend struct RecordingAccess;
  Lengths lengths_;
  std::vector<Call> calls_;
};

// For generated code.
namespace recording {

void begin(std::uint32_t command);
void begin(std::uint32_t command, std::string_view name);
void note(Recording::Argument argument);

template <typename T>
requires std::is_arithmetic_v<T>
void note(T value) {
  if constexpr (std::is_floating_point_v<T>)
    note(Recording::Argument{Recording::Argument::Kind::real,
                             std::bit_cast<std::uint64_t>(static_cast<double>(value))});
  else
    note(Recording::Argument{Recording::Argument::Kind::integer,
                             static_cast<std::uint64_t>(static_cast<std::int64_t>(value))});
}
// Where memory lies says nothing, whether there is any does.
inline void note_pointer(const void* pointer) {
  note(Recording::Argument{Recording::Argument::Kind::pointer, pointer != nullptr});
}
std::size_t length_of(std::size_t parameter);  // of the command that was begun last
template <typename T>
void note_array(const T* elements, std::size_t count) {
  if (elements == nullptr || count == 0) return note_pointer(elements);
  for (std::size_t i = 0; i < count; ++i)
    note(elements[i]);
}

}  // namespace recording
}  // namespace blink::gl
