#include "gl/state/matrix_steps.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <utility>

#include "gl/generated/enums.h"

namespace blink::gl::state {
namespace {

using Matrix = std::array<double, 16>;  // by columns

constexpr Matrix identity{1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1};

Matrix product(const Matrix& a, const Matrix& b) {
  Matrix made{};
  for (std::size_t column = 0; column < 4; ++column)
    for (std::size_t row = 0; row < 4; ++row)
      for (std::size_t i = 0; i < 4; ++i)
        made[column * 4 + row] += a[i * 4 + row] * b[column * 4 + i];
  return made;
}

Matrix transposed(const Matrix& m) {
  Matrix made;
  for (std::size_t i = 0; i < 16; ++i)
    made[i] = m[i % 4 * 4 + i / 4];
  return made;
}

// So many numbers, of 4 or of 8 bytes, from word 1 on; or in the array there.
template <std::size_t count>
std::array<double, count> numbers_of(RecordView record, bool is_long, bool is_array) {
  std::array<double, count> all{};
  const std::uint32_t first = is_array ? 2 : 1;
  for (std::uint32_t i = 0; i < count; ++i) {
    if (is_long) {
      const std::uint64_t bits = record.long_word(first + 2 * i);
      std::memcpy(&all[i], &bits, sizeof bits);
    } else {
      all[i] = record.real(first + i);
    }
  }
  return all;
}

Matrix rotation(const std::array<double, 4>& by) {
  const double length = std::hypot(by[1], by[2], by[3]);
  if (length == 0) return identity;
  const double x = by[1] / length, y = by[2] / length, z = by[3] / length;
  const double angle = by[0] * std::numbers::pi / 180;
  const double c = std::cos(angle), s = std::sin(angle), t = 1 - c;
  return {x * x * t + c,
          y * x * t + z * s,
          x * z * t - y * s,
          0,
          x * y * t - z * s,
          y * y * t + c,
          y * z * t + x * s,
          0,
          x * z * t + y * s,
          y * z * t - x * s,
          z * z * t + c,
          0,
          0,
          0,
          0,
          1};
}

Matrix projection(const std::array<double, 6>& its, bool is_frustum) {
  const auto& [l, r, b, t, n, f] = its;
  if (is_frustum)
    return {2 * n / (r - l),
            0,
            0,
            0,
            0,
            2 * n / (t - b),
            0,
            0,
            (r + l) / (r - l),
            (t + b) / (t - b),
            -(f + n) / (f - n),
            -1,
            0,
            0,
            -2 * f * n / (f - n),
            0};
  return {2 / (r - l),
          0,
          0,
          0,
          0,
          2 / (t - b),
          0,
          0,
          0,
          0,
          -2 / (f - n),
          0,
          -(r + l) / (r - l),
          -(t + b) / (t - b),
          -(f + n) / (f - n),
          1};
}

Matrix matrix_of(RecordView record) {
  const auto whole = [&](bool is_long) { return numbers_of<16>(record, is_long, true); };
  switch (static_cast<WireOp>(record.op())) {
    case WireOp::LoadMatrixf:
    case WireOp::MultMatrixf: return whole(false);
    case WireOp::LoadMatrixd:
    case WireOp::MultMatrixd: return whole(true);
    case WireOp::LoadTransposeMatrixf:
    case WireOp::MultTransposeMatrixf: return transposed(whole(false));
    case WireOp::LoadTransposeMatrixd:
    case WireOp::MultTransposeMatrixd: return transposed(whole(true));
    case WireOp::Rotatef: return rotation(numbers_of<4>(record, false, false));
    case WireOp::Rotated: return rotation(numbers_of<4>(record, true, false));
    case WireOp::Translatef:
    case WireOp::Translated: {
      const auto by = numbers_of<3>(record, record.is(WireOp::Translated), false);
      return {1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, by[0], by[1], by[2], 1};
    }
    case WireOp::Scalef:
    case WireOp::Scaled: {
      const auto by = numbers_of<3>(record, record.is(WireOp::Scaled), false);
      return {by[0], 0, 0, 0, 0, by[1], 0, 0, 0, 0, by[2], 0, 0, 0, 0, 1};
    }
    case WireOp::Frustum: return projection(numbers_of<6>(record, true, false), true);
    case WireOp::Ortho: return projection(numbers_of<6>(record, true, false), false);
    default: return identity;
  }
}

}  // namespace

MatrixCommand kind_of_matrix_command(RecordView record) {
  switch (static_cast<WireOp>(record.op())) {
    case WireOp::LoadMatrixf:
    case WireOp::LoadMatrixd:
    case WireOp::LoadTransposeMatrixf:
    case WireOp::LoadTransposeMatrixd: return MatrixCommand::loads;
    case WireOp::MultMatrixf:
    case WireOp::MultMatrixd:
    case WireOp::MultTransposeMatrixf:
    case WireOp::MultTransposeMatrixd:
    case WireOp::Rotatef:
    case WireOp::Rotated:
    case WireOp::Translatef:
    case WireOp::Translated:
    case WireOp::Scalef:
    case WireOp::Scaled:
    case WireOp::Frustum:
    case WireOp::Ortho: return MatrixCommand::multiplies;
    default: return MatrixCommand::none;
  }
}

std::optional<KeptRecord> without_mode(RecordView record) {
  static constexpr std::pair<WireOp, WireOp> same[] = {
      {WireOp::MatrixLoadfEXT, WireOp::LoadMatrixf},
      {WireOp::MatrixLoaddEXT, WireOp::LoadMatrixd},
      {WireOp::MatrixLoadTransposefEXT, WireOp::LoadTransposeMatrixf},
      {WireOp::MatrixLoadTransposedEXT, WireOp::LoadTransposeMatrixd},
      {WireOp::MatrixMultfEXT, WireOp::MultMatrixf},
      {WireOp::MatrixMultdEXT, WireOp::MultMatrixd},
      {WireOp::MatrixMultTransposefEXT, WireOp::MultTransposeMatrixf},
      {WireOp::MatrixMultTransposedEXT, WireOp::MultTransposeMatrixd},
      {WireOp::MatrixLoadIdentityEXT, WireOp::LoadIdentity},
      {WireOp::MatrixRotatefEXT, WireOp::Rotatef},
      {WireOp::MatrixRotatedEXT, WireOp::Rotated},
      {WireOp::MatrixTranslatefEXT, WireOp::Translatef},
      {WireOp::MatrixTranslatedEXT, WireOp::Translated},
      {WireOp::MatrixScalefEXT, WireOp::Scalef},
      {WireOp::MatrixScaledEXT, WireOp::Scaled},
      {WireOp::MatrixFrustumEXT, WireOp::Frustum},
      {WireOp::MatrixOrthoEXT, WireOp::Ortho},
      {WireOp::MatrixPushEXT, WireOp::PushMatrix},
      {WireOp::MatrixPopEXT, WireOp::PopMatrix},
  };
  for (const auto& [named, chosen] : same) {
    if (!record.is(named)) continue;
    KeptRecord made(chosen, {});
    for (std::uint32_t i = 2; i < record.size(); ++i)
      made.add(record.word(i));
    return made;
  }
  return std::nullopt;
}

std::vector<const MatrixStep*> in_order(const MatrixSteps& last) {
  std::vector<const MatrixStep*> all;
  for (const MatrixStep* step = last.get(); step != nullptr; step = step->before.get())
    all.push_back(step);
  std::ranges::reverse(all);
  return all;
}

MatrixSteps as_one_step(const MatrixSteps& last) {
  Matrix made = identity;
  for (const MatrixStep* step : in_order(last)) {
    const RecordView record = step->record.view();
    const Matrix its = matrix_of(record);
    made = kind_of_matrix_command(record) == MatrixCommand::loads ? its : product(made, its);
  }
  auto step = std::make_shared<MatrixStep>();
  step->record = KeptRecord(WireOp::LoadMatrixd, {}, std::as_bytes(std::span(made)));
  return step;
}

}  // namespace blink::gl::state
