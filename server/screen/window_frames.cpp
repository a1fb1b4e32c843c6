#include "server/screen/window_frames.h"

#include <algorithm>
#include <cmath>

#include "gl/generated/enums.h"
#include "server/screen/shader_program.h"

namespace blink::server {
namespace {

// Sizes at scale 1.
constexpr float bar_height = 30, border_width = 1, corner_radius = 9, width_min = 190;
constexpr float padding = 9, chip_height = 18, chip_padding = 8;
constexpr float chip_text_min = 34, chip_text_max = 150;
constexpr float button_width = 30;
constexpr float landing_gap = 6, landing_border = 2;
constexpr int title_size = 13, chip_size = 12;

// Everything is drawn as rings, each from one of the values, a rectangle, out to another: a strip
// goes around, an inner corner and an outer one in turn.
constexpr char vertex_source[] = R"(#version 330 core
uniform vec4 values[23];
uniform ivec2 ring;  // which of them: inner, outer
void main() {
  vec4 rect = values[(gl_VertexID & 1) == 0 ? ring.x : ring.y];
  int corner = gl_VertexID >> 1 & 3;  // clockwise from the upper left
  vec2 unit = vec2(corner == 1 || corner == 2, corner >= 2);
  vec2 at = (rect.xy + unit * rect.zw) / values[0].xy * 2.0 - 1.0;
  gl_Position = vec4(at.x, -at.y, 0.0, 1.0);
}
)";

constexpr char values_source[] = R"(#version 330 core
uniform vec4 values[23];  // struct Values
#define screen values[0].xy
#define scale values[0].z
#define shadow_strength values[0].w
#define frame values[3]
#define bar values[4]
#define chip values[5]
#define chip_text values[6]
#define title_text values[7]
#define buttons values[8]
#define bar_light values[9].rgb
#define border_light values[10].rgb
#define chip_light values[11].rgb
#define chip_ink values[12].rgb
#define title_ink values[13].rgb
#define button_ink values[14].rgb
#define lit_light values[15].rgb
#define lit_ink values[16].rgb
#define bordered values[17]
#define beside_colour values[18].rgb
#define note_text values[19]
#define first_button values[16].a
#define pane_fill values[22].a
// 20, 21: the middle of the title bar, and what of the frame lies below it.
#define border values[9].a
#define radius values[10].a
#define shadow_reach values[11].a
#define shadow_drop values[12].a
#define is_large (values[13].a != 0.0)
#define lower_radius values[14].a
#define lit_index values[15].a
#define corner_shadow values[18].a
#define border_colour values[22].rgb
out vec4 colour;

vec2 place() { return vec2(gl_FragCoord.x, screen.y - gl_FragCoord.y); }

// The distance to the edge of a box with round corners, negative inside.
float box(vec2 at, vec4 rect, float round) {
  vec2 beyond = abs(at - rect.xy - rect.zw * 0.5) - rect.zw * 0.5 + round;
  return length(max(beyond, 0.0)) + min(max(beyond.x, beyond.y), 0.0) - round;
}

float cover(float distance) { return clamp(0.5 - distance, 0.0, 1.0); }

// The shadow of a lamp that is not a point: each edge is soft over twice the reach. Of two edges
// the nearer one counts.
float shadow(vec2 at) {
  at.y -= shadow_drop;
  vec2 within = frame.zw * 0.5 - abs(at - frame.xy - frame.zw * 0.5);
  vec2 lit = smoothstep(-shadow_reach, shadow_reach, within);
  return shadow_strength * lit.x * lit.y;
}
)";

// From the frame outwards: many pixels, little to do. A processor that plays GPU takes every branch
// of a shader for every pixel, hence two programs.
constexpr char shadow_source[] = R"(
void main() { colour = vec4(0.0, 0.0, 0.0, shadow(place())); }
)";

// All of the title bar: much to do for each pixel, so it is kept (TitleBars).
constexpr char bar_source[] = R"(
uniform sampler2D chip_line, title_line, note_line;

float letters(sampler2D line, vec4 rect, vec2 at) {
  vec2 texel = floor(at - rect.xy);
  bool is_inside = all(greaterThanEqual(texel, vec2(0.0))) && all(lessThan(texel, rect.zw));
  return is_inside ? texelFetch(line, ivec2(texel), 0).r : 0.0;
}

float square(vec2 at, vec2 corner, float side) { return box(at, vec4(corner, vec2(side)), scale); }

float outline(float edge, float stroke) { return cover(edge) * cover(-edge - stroke); }

// Minimise; maximise, or back from there; close.
float symbol(vec2 at, vec4 cell, float index) {
  float side = floor(9.0 * scale + 0.5), stroke = floor(scale + 0.25);
  vec2 corner = floor(cell.xy + cell.zw * 0.5 - side * 0.5 + 0.5);
  float edge = square(at, corner, side);
  float minimise = cover(box(at, vec4(corner.x, corner.y + floor(side * 0.5), side, stroke), 0.0));
  float shift = floor(2.0 * scale + 0.5);  // of two squares the one in front hides the other
  float front = square(at, corner + vec2(0.0, shift), side - shift);
  float back = outline(square(at, corner + vec2(shift, 0.0), side - shift), stroke);
  float restore = max(outline(front, stroke), back * (1.0 - cover(front)));
  float maximise = is_large ? restore : outline(edge, stroke);
  vec2 from_middle = abs(at - corner - side * 0.5);
  float close = cover(abs(from_middle.x - from_middle.y) * 0.707 - 0.6 * scale) * cover(edge);
  return index == 0.0 ? minimise : index == 1.0 ? maximise : close;
}

vec3 with_button(vec3 light, vec2 at) {
  float width = buttons.z / 3.0, index = floor((at.x - buttons.x) / width);
  if (index < first_button || index > 2.0) return light;
  vec4 cell = vec4(buttons.x + index * width, buttons.y, width, buttons.w);
  float gap = floor(4.0 * scale + 0.5);
  float field = cover(box(at, cell + gap * vec4(1.0, 1.0, -2.0, -2.0), 5.0 * scale));
  if (index == lit_index) light = mix(light, lit_light, field);
  return mix(light, index == lit_index ? lit_ink : button_ink, symbol(at, cell, index));
}

void main() {
  vec2 at = place();
  vec3 light = bar_light * (1.1 - 0.2 * (at.y - bar.y) / bar.w);
  light = mix(light, chip_light, cover(box(at, chip, chip.w * 0.5)));
  light = mix(light, chip_ink, letters(chip_line, chip_text, at));
  light = mix(light, title_ink, letters(title_line, title_text, at));
  light = mix(light, title_ink, letters(note_line, note_text, at));
  light = with_button(light, at);
  light = mix(light, border_light, cover(-box(at, bordered, radius) - border));
  float coverage = cover(box(at, frame, radius));
  colour = vec4(sqrt(light) * coverage, mix(shadow(at), 1.0, coverage));
}
)";

// One that was drawn before.
constexpr char copied_bar_source[] = R"(
uniform sampler2D chip_line;
void main() {
  vec2 texel = floor(place() - bar.xy);
  colour = texelFetch(chip_line, ivec2(texel.x, bar.w - 1.0 - texel.y), 0);
}
)";

// The frame beside and below the content: next to nothing of it is round.
constexpr char border_source[] = R"(
void main() {
  float edge = box(place(), bordered, lower_radius);
  float coverage = cover(edge);
  colour = vec4(mix(beside_colour, border_colour, cover(-edge - border)) * coverage,
                mix(corner_shadow, 1.0, coverage));
}
)";

// Glass with a thin rim. All of it is one colour, so nothing is mixed as light.
constexpr char landing_source[] = R"(
void main() {
  float outside = box(place(), frame, radius);
  float coverage = cover(outside) * mix(0.9, pane_fill, cover(outside + border));
  colour = vec4(sqrt(border_light) * coverage, coverage);
}
)";

// The first and the last line of pixels whose middle a quad from `at` covers.
float pixel_line(float at) { return std::ceil(at - 0.5f); }

float px(float size, float scale) { return std::max(1.0f, std::round(size * scale)); }

Rect middle_of(Rect rect) { return {rect.x + rect.width / 2, rect.y + rect.height / 2, 0, 0}; }

struct Sides {
  float left, top, right, bottom;
};
Rect grown(Rect rect, Sides by) {
  return {rect.x - by.left, rect.y - by.top, rect.width + by.left + by.right,
          rect.height + by.top + by.bottom};
}

// A line of text with its capitals in the middle of a row.
Rect place(const Label& label, float x, Rect row) {
  const float baseline =
      row.y + std::round((row.height + static_cast<float>(label.cap_height)) / 2);
  return {x, baseline - static_cast<float>(label.baseline), static_cast<float>(label.width),
          static_cast<float>(label.height)};
}

constexpr Colour bar_focused{0.180f, 0.200f, 0.240f}, bar_unfocused{0.130f, 0.143f, 0.170f};
constexpr Colour beside_content{0.062f, 0.066f, 0.075f};
constexpr Colour notice{0.250f, 0.120f, 0.140f};
constexpr Colour closing{0.780f, 0.240f, 0.250f}, closing_pressed{0.580f, 0.160f, 0.175f};
constexpr Colour ink_focused{0.930f, 0.940f, 0.960f}, ink_unfocused{0.580f, 0.605f, 0.650f};

// Light adds up, sRGB values do not: grey edges are mixed as light. (Roughly; and with the exponent
// of a screen, 2.2, dark letters on colour would look thinner than their designer meant them.)
Colour light(Colour colour) {
  return {colour.red * colour.red, colour.green * colour.green, colour.blue * colour.blue};
}

struct Shadow {
  float reach, drop;
  Rect around(Rect outer) const {
    const float sides = std::ceil(reach);
    return grown(outer, {sides, sides, sides, sides + std::ceil(drop)});
  }
};
Shadow shadow_of(bool is_focused, float scale) {
  return {(is_focused ? 34.0f : 20.0f) * scale, (is_focused ? 9.0f : 5.0f) * scale};
}

// All that the pixels of a title bar depend on. Its corners know of a low window's lower edge.
std::string text_of(const FrameLook& look) {
  const float numbers[] = {look.content.x,     look.content.y,
                           look.content.width, std::min(look.content.height, 1000.0f),
                           look.colour.red,    look.colour.green,
                           look.colour.blue,   look.scale};
  const FrameBorders& has = look.borders;
  const bool bits[] = {look.is_alarming, look.is_focused, look.is_pressed, look.is_large,
                       look.is_chosen,   has.left,        has.right,       has.bottom};
  std::string text(reinterpret_cast<const char*>(numbers), sizeof numbers);
  text.append(reinterpret_cast<const char*>(bits), sizeof bits);
  text += static_cast<char>(look.lit);
  text += static_cast<char>(look.buttons);
  for (const std::string& words : {look.machine, look.title, look.note, look.short_note})
    text += std::to_string(words.size()) + ':' + words;
  return text;
}

// What would change or hide what is drawn.
constexpr gl::GLenum state_off[] = {gl::GL_DEPTH_TEST,         gl::GL_STENCIL_TEST,
                                    gl::GL_CULL_FACE,          gl::GL_COLOR_LOGIC_OP,
                                    gl::GL_RASTERIZER_DISCARD, gl::GL_FRAMEBUFFER_SRGB,
                                    gl::GL_CLIP_DISTANCE0,     gl::GL_CLIP_DISTANCE1,
                                    gl::GL_CLIP_DISTANCE2,     gl::GL_CLIP_DISTANCE3,
                                    gl::GL_CLIP_DISTANCE4,     gl::GL_CLIP_DISTANCE5,
                                    gl::GL_CLIP_DISTANCE6,     gl::GL_CLIP_DISTANCE7,
                                    gl::GL_SAMPLE_COVERAGE,    gl::GL_SAMPLE_ALPHA_TO_COVERAGE,
                                    gl::GL_SAMPLE_MASK};

}  // namespace

// What the shaders know of a frame: the array `values` there, in the same order.
struct WindowFrames::Values {
  float screen_width, screen_height, scale, shadow_strength;
  Rect content, shadow, outer, bar, chip, chip_text, title_text, buttons;
  // These colours as light(), beside and border_colour as they are.
  Colour bar_light;
  float border;
  Colour border_light;
  float radius;
  Colour chip_light;
  float shadow_reach;
  Colour chip_ink;
  float shadow_drop;
  Colour title_ink;
  float is_large;
  Colour button_ink;
  float lower_radius;  // where the content leaves no room for more
  Colour lit_light;
  float lit;  // which button: 0 to 2; -1: none
  Colour lit_ink;
  float first_button;
  Rect bordered;  // has a border on all sides
  Colour beside;
  float corner_shadow;
  Rect note_text;
  Rect bar_middle;
  Rect below;  // what of the frame lies below the title bar
  Colour border_colour;
  float pane_fill;  // what of it covers what lies below
};
// All but the text.
WindowFrames::Values WindowFrames::values_of(const FrameLook& look, const FrameParts& parts) {
  static_assert(sizeof(Values) == 23 * 4 * sizeof(float));
  Values values{};
  values.scale = look.scale;
  values.content = parts.content;
  values.outer = parts.outer;
  values.bar = parts.title_bar;
  values.bar_middle = middle_of(parts.title_bar);
  values.below = {parts.outer.x, parts.title_bar.bottom(), parts.outer.width,
                  parts.outer.bottom() - parts.title_bar.bottom()};
  values.buttons = parts.minimise;
  values.buttons.width = parts.close.right() - parts.minimise.x;
  values.first_button = static_cast<float>(look.buttons);
  const float border = values.border = px(border_width, look.scale);
  const FrameBorders& has = look.borders;
  const bool is_free = has == FrameBorders();
  const auto beyond = [&](bool has_border) { return has_border ? 0 : border; };
  values.bordered = grown(
      parts.outer, {beyond(has.left), beyond(is_free), beyond(has.right), beyond(has.bottom)});
  values.radius = is_free ? corner_radius * look.scale : 0;
  const bool is_bar_alone = parts.content.height == 0;
  values.lower_radius = !is_free ? 0 : is_bar_alone ? values.radius : 2 * border;

  const bool is_focused = look.is_focused;
  values.shadow_strength = !is_free ? 0 : is_focused ? 0.62f : 0.42f;
  const Shadow shadow = shadow_of(is_focused, look.scale);
  values.shadow_reach = shadow.reach;
  values.corner_shadow = 0.3f * values.shadow_strength;  // about
  values.shadow_drop = shadow.drop;
  values.shadow = shadow.around(parts.outer);

  Colour bar = is_focused ? bar_focused : bar_unfocused;
  if (look.is_chosen) bar = mix(bar, look.colour, 0.35f);
  if (look.is_alarming) bar = mix(bar, closing, 0.45f);
  const Colour ink = is_focused || look.is_alarming ? ink_focused : ink_unfocused;
  values.bar_light = light(mix(bar, look.colour, is_focused ? 0.10f : 0.04f));
  values.border_colour = mix(bar, look.colour, is_focused ? 0.80f : 0.30f);
  values.border_light = light(values.border_colour);
  // Whose window it is does not depend on the focus.
  values.chip_light = light(look.colour);
  values.chip_ink = light(ink_on(look.colour));
  values.title_ink = light(ink);
  values.beside = beside_content;
  values.button_ink = light(mix(bar, ink, 0.75f));
  values.is_large = look.is_large;

  values.lit = static_cast<float>(look.lit) - 1;
  values.lit_ink = light(ink_focused);
  if (look.lit == FrameButton::close)
    values.lit_light = light(look.is_pressed ? closing_pressed : closing);
  else
    values.lit_light = light(mix(bar, ink_focused, look.is_pressed ? 0.32f : 0.16f));
  return values;
}

Status WindowFrames::prepare() {
  const std::string values(values_source);
  const struct {
    Ring& ring;
    const char* what;
    const char* source;
    int inner, outer;  // of the values
  } all[] = {{shadow_, "window shadows", shadow_source, 3, 2},
             {bar_, "title bars", bar_source, 20, 4},
             {copied_bar_, "copied title bars", copied_bar_source, 20, 4},
             {border_, "window borders", border_source, 1, 21},
             {landing_, "landing windows", landing_source, 1, 3}};
  for (const auto& [ring, what, source, inner, outer] : all) {
    BLINK_ASSIGN(ring.program, link_program(gl_, what, vertex_source, (values + source).c_str()));
    gl_.UseProgram(ring.program);
    ring.values = gl_.GetUniformLocation(ring.program, "values");
    gl_.Uniform2i(gl_.GetUniformLocation(ring.program, "ring"), inner, outer);
  }
  gl_.UseProgram(bar_.program);
  gl_.Uniform1i(gl_.GetUniformLocation(bar_.program, "chip_line"), 0);
  gl_.Uniform1i(gl_.GetUniformLocation(bar_.program, "title_line"), 1);
  gl_.Uniform1i(gl_.GetUniformLocation(bar_.program, "note_line"), 2);
  gl_.UseProgram(0);
  gl_.GenVertexArrays(1, &vertices_);
  return labels_.prepare();
}

void WindowFrames::release() {
  bars_.release();
  labels_.release();
  gl_.DeleteVertexArrays(1, &vertices_);
  for (const Ring& ring : {shadow_, bar_, copied_bar_, border_, landing_})
    gl_.DeleteProgram(ring.program);
}

float WindowFrames::content_width_min(float scale) {
  return px(width_min, scale) - 2 * px(border_width, scale);
}

FrameParts WindowFrames::parts(Rect given, float scale, FrameBorders borders) {
  FrameParts parts;
  const float left = pixel_line(given.x), top = pixel_line(given.y);
  parts.content = {left, top, std::max(0.0f, pixel_line(given.x + given.width) - left),
                   std::max(0.0f, pixel_line(given.y + given.height) - top)};
  const float bar = px(bar_height, scale), border = px(border_width, scale);
  const auto side = [&](bool has_border) { return has_border ? border : 0; };
  parts.outer =
      grown(parts.content, {side(borders.left), bar, side(borders.right), side(borders.bottom)});
  parts.outer.width = std::max(parts.outer.width, px(width_min, scale));
  parts.title_bar = {parts.outer.x, parts.outer.y, parts.outer.width, bar};
  const float button = px(button_width, scale);
  parts.close = {parts.outer.right() - side(borders.right) - button, parts.outer.y, button, bar};
  parts.maximise = parts.minimise = parts.close;
  parts.maximise.x -= button;
  parts.minimise.x -= 2 * button;
  return parts;
}

Rect WindowFrames::solid(Rect content, float scale, FrameBorders borders) {
  const Rect bar = parts(content, scale, borders).title_bar;
  const float corner = std::ceil(corner_radius * scale);
  return {bar.x + corner, bar.y, std::max(0.0f, bar.width - 2 * corner), bar.height};
}

Rect WindowFrames::reach(Rect content, float scale, bool is_focused, FrameBorders borders) {
  const Rect frame = outer(content, scale, borders);
  return borders == FrameBorders() ? shadow_of(is_focused, scale).around(frame) : frame;
}

void WindowFrames::draw(const FrameLook& look, std::uint32_t screen_width,
                        std::uint32_t screen_height, Rect clip) {
  const FrameParts at = parts(look.content, look.scale, look.borders);
  Values values = values_of(look, at);
  const auto paint_part = [&](const Ring& ring, const Lines& lines = {}) {
    paint(values, {ring}, lines, screen_width, screen_height, clip);
  };
  if (values.shadow_strength > 0 && !contains(at.outer, clip)) paint_part(shadow_);
  if (meet(values.below, clip)) paint_part(border_);
  if (!meet(at.title_bar, clip)) return;
  if (const gl::GLuint kept = bar_of(look, at); kept != 0)
    paint_part(copied_bar_, {.chip = kept});
  else
    paint_part(bar_, place_text(look, at, values));
}

// The texture of its title bar; 0: there is none. What is drawn for the first time may never be
// drawn again, as titles that count.
gl::GLuint WindowFrames::bar_of(const FrameLook& look, const FrameParts& parts) {
  FrameLook alone = look;
  alone.content.x = look.content.x - parts.outer.x;
  alone.content.y = look.content.y - parts.outer.y;
  TitleBars::Bar& bar = bars_.draw(text_of(alone));
  const auto width = static_cast<std::int32_t>(parts.title_bar.width);
  const auto height = static_cast<std::int32_t>(parts.title_bar.height);
  if (bar.texture != 0 || bar.draws < 2 || !bars_.begin(bar, width, height)) return bar.texture;
  const FrameParts at = WindowFrames::parts(alone.content, look.scale, look.borders);
  Values values = values_of(alone, at);
  const Lines lines = place_text(alone, at, values);
  paint(values, {bar_}, lines, static_cast<std::uint32_t>(width),
        static_cast<std::uint32_t>(height), at.title_bar, false);
  bars_.end();
  return bar.texture;
}

WindowFrames::Lines WindowFrames::place_text(const FrameLook& look, const FrameParts& at,
                                             Values& values) {
  const float gap = px(padding, look.scale), chip_gap = px(chip_padding, look.scale);
  const float end = look.buttons == FrameButtons::all     ? at.minimise.x
                    : look.buttons == FrameButtons::close ? at.close.x
                                                          : at.outer.right() - gap;
  // Of the name, the title and the note.
  float room = end - at.outer.x - 2 * gap - 2 * chip_gap;
  const auto line = [&](const std::string& text, float width) {
    return label(text, LabelWeight::regular, look.scale * title_size, width);
  };
  const float name_min = px(chip_text_min, look.scale);
  Label note = line(look.note, 10 * room);
  if (static_cast<float>(note.width) > room - name_min) note = line(look.short_note, 10 * room);
  if (static_cast<float>(note.width) > room - name_min) note = {};  // the bar's colour says it, too
  room -= static_cast<float>(note.width);
  // Whose it is goes before what it is called.
  const float title_min = look.title.empty() ? 0 : std::min(room / 4, name_min);
  const Label name = label(look.machine, LabelWeight::semibold, look.scale * chip_size,
                           std::min(room - title_min, px(chip_text_max, look.scale)));
  Rect& chip = values.chip;
  chip = {at.outer.x + gap, 0, static_cast<float>(name.width) + 2 * chip_gap,
          px(chip_height, look.scale)};
  chip.y = at.outer.y + std::round((at.title_bar.height - chip.height) / 2);
  values.chip_text = place(name, chip.x + chip_gap, chip);
  const float title_x = chip.right() + gap;
  const Label title = line(look.title, end - title_x - static_cast<float>(note.width));
  values.title_text = place(title, title_x, at.title_bar);
  values.note_text = place(note, values.title_text.right(), at.title_bar);
  return {name.texture, title.texture, note.texture};
}

void WindowFrames::draw_notice(Rect content, const std::string& text, float scale,
                               std::uint32_t screen_width, std::uint32_t screen_height, Rect clip) {
  Values values{};
  values.scale = scale;
  values.lit = -1;
  values.bar_middle = middle_of(content);
  values.outer = values.bordered = values.bar = content;
  values.bar_light = values.border_light = light(notice);
  values.title_ink = light(ink_focused);
  const Label line =
      label(text, LabelWeight::regular, scale * title_size, content.width - 2 * px(padding, scale));
  const float side = std::floor((content.width - static_cast<float>(line.width)) / 2);
  values.title_text = place(line, content.x + side, content);
  paint(values, {bar_}, {.title = line.texture}, screen_width, screen_height, clip);
}

void WindowFrames::draw_landing(Rect area, Colour colour, float scale, std::uint32_t screen_width,
                                std::uint32_t screen_height, Rect clip) {
  Values values{};
  values.scale = scale;
  const float gap = -px(landing_gap, scale);
  values.outer = grown(area, {gap, gap, gap, gap});
  values.content = middle_of(area);
  values.border = px(landing_border, scale);
  values.radius = corner_radius * scale;
  values.border_light = light(colour);
  values.pane_fill = 0.16f;
  paint(values, {landing_}, {}, screen_width, screen_height, clip);
}

void WindowFrames::draw_panel(Rect area, float scale, std::uint32_t screen_width,
                              std::uint32_t screen_height, Rect clip) {
  Values values{};
  values.scale = scale;
  values.outer = area;
  values.content = middle_of(area);
  values.border = px(border_width, scale);
  values.radius = corner_radius * scale;
  values.border_light = light(beside_content);
  values.pane_fill = 0.85f;
  paint(values, {landing_}, {}, screen_width, screen_height, clip);
}

void WindowFrames::paint(Values& values, std::initializer_list<Ring> rings, const Lines& lines,
                         std::uint32_t screen_width, std::uint32_t screen_height, Rect clip,
                         bool is_blended) {
  values.screen_width = static_cast<float>(screen_width);
  values.screen_height = static_cast<float>(screen_height);
  set_state();
  if (!is_blended) gl_.Disable(gl::GL_BLEND);
  gl_.Enable(gl::GL_SCISSOR_TEST);
  gl_.Scissor(static_cast<gl::GLint>(clip.x),
              static_cast<gl::GLint>(static_cast<float>(screen_height) - clip.bottom()),
              static_cast<gl::GLsizei>(clip.width), static_cast<gl::GLsizei>(clip.height));
  gl_.Viewport(0, 0, static_cast<gl::GLsizei>(screen_width),
               static_cast<gl::GLsizei>(screen_height));
  bind_texture(2, lines.note);
  bind_texture(1, lines.title);
  bind_texture(0, lines.chip);
  gl_.BindVertexArray(vertices_);
  for (const Ring& ring : rings) {
    gl_.UseProgram(ring.program);
    gl_.Uniform4fv(ring.values, sizeof values / (4 * sizeof(float)), &values.screen_width);
    gl_.DrawArrays(gl::GL_TRIANGLE_STRIP, 0, 10);
  }
  gl_.BindVertexArray(0);
  bind_texture(2, 0);
  bind_texture(1, 0);
  bind_texture(0, 0);
  gl_.UseProgram(0);
  gl_.Disable(gl::GL_SCISSOR_TEST);
  gl_.Disable(gl::GL_BLEND);
  gl_.BlendFunc(gl::GL_ONE, gl::GL_ZERO);
}

Label WindowFrames::label(const std::string& text, LabelWeight weight, float size, float room) {
  return labels_.line(text, {weight, static_cast<int>(std::round(size))}, static_cast<int>(room));
}

void WindowFrames::set_state() {
  for (const gl::GLenum off : state_off)
    gl_.Disable(off);
  gl_.Enable(gl::GL_BLEND);
  gl_.BlendEquation(gl::GL_FUNC_ADD);
  gl_.BlendFunc(gl::GL_ONE, gl::GL_ONE_MINUS_SRC_ALPHA);
  gl_.ColorMask(gl::GL_TRUE, gl::GL_TRUE, gl::GL_TRUE, gl::GL_TRUE);
  gl_.PolygonMode(gl::GL_FRONT_AND_BACK, gl::GL_FILL);
}

void WindowFrames::bind_texture(std::uint32_t unit, gl::GLuint texture) {
  gl_.ActiveTexture(gl::GL_TEXTURE0 + unit);
  gl_.BindSampler(unit, 0);
  gl_.BindTexture(gl::GL_TEXTURE_2D, texture);
}

}  // namespace blink::server
