// Matrices by the commands that make them: which commands these are, and what many are as one.

#pragma once

#include <optional>

#include "gl/state/journal_entries.h"

namespace blink::gl::state {

enum class MatrixCommand : std::uint8_t { none, loads, multiplies };

// Of the matrix that the mode has chosen; glLoadIdentity is not among them.
MatrixCommand kind_of_matrix_command(RecordView record);

// Of a command that names its mode (EXT_direct_state_access): the same of the mode that is chosen.
std::optional<KeptRecord> without_mode(RecordView record);

// More in a row are made one.
inline constexpr std::uint32_t matrix_steps_max = 64;

// A matrix that is loaded: of drivers' own products it may differ in the last place.
MatrixSteps as_one_step(const MatrixSteps& last);

// From the first to the last.
std::vector<const MatrixStep*> in_order(const MatrixSteps& last);

}  // namespace blink::gl::state
