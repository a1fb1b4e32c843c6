#include "server/screen/window_frames.h"

#include <algorithm>
#include <cmath>

#include "gl/generated/enums.h"
#include "server/screen/shader_program.h"

namespace blink::server {
namespace {

// Sizes at scale 1.
constexpr float bar_height = 30, border_width = 1, corner_radius = 9, width_min = 190;
constexpr float padding = 9, chip_height = 18, chip_padding = 8, chip_text_max = 150;
constexpr float button_width = 30;
constexpr int title_size = 13, chip_size = 12;

// Everything is drawn as rings, each from one of the values, a rectangle, out to another: a strip
// goes around, an inner corner and an outer one in turn.
constexpr char vertex_source[] = R"(#version 330 core
uniform vec4 values[15];
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
uniform vec4 values[15];  // struct Values
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
#define border values[9].a
#define radius values[10].a
#define shadow_reach values[11].a
#define shadow_drop values[12].a
out vec4 colour;

vec2 place() { return vec2(gl_FragCoord.x, screen.y - gl_FragCoord.y); }

// The shadow of a lamp that is not a point: each edge is soft over twice the reach.
float shadow(vec2 at) {
  at.y -= shadow_drop;
  vec2 lit = smoothstep(-shadow_reach, shadow_reach, at - frame.xy) -
             smoothstep(-shadow_reach, shadow_reach, at - frame.xy - frame.zw);
  return shadow_strength * lit.x * lit.y;
}
)";

// From the frame outwards: many pixels, little to do. A processor that plays GPU takes every branch
// of a shader for every pixel, hence two programs.
constexpr char shadow_source[] = R"(
void main() { colour = vec4(0.0, 0.0, 0.0, shadow(place())); }
)";

// From the content to the frame's edge.
constexpr char frame_source[] = R"(
uniform sampler2D chip_line, title_line;

// The distance to the edge of a box with round corners, negative inside.
float box(vec2 at, vec4 rect, float round) {
  vec2 beyond = abs(at - rect.xy - rect.zw * 0.5) - rect.zw * 0.5 + round;
  return length(max(beyond, 0.0)) + min(max(beyond.x, beyond.y), 0.0) - round;
}

float cover(float distance) { return clamp(0.5 - distance, 0.0, 1.0); }

float letters(sampler2D line, vec4 rect, vec2 at) {
  vec2 texel = floor(at - rect.xy);
  bool is_inside = all(greaterThanEqual(texel, vec2(0.0))) && all(lessThan(texel, rect.zw));
  return is_inside ? texelFetch(line, ivec2(texel), 0).r : 0.0;
}

// Minimise, maximise, close.
float symbol(vec2 at) {
  float width = buttons.z / 3.0, side = floor(9.0 * scale + 0.5), stroke = floor(scale + 0.25);
  float index = floor((at.x - buttons.x) / width);
  vec2 corner = floor(buttons.xy + vec2((index + 0.5) * width, buttons.w * 0.5) - side * 0.5 + 0.5);
  float edge = box(at, vec4(corner, side, side), scale);
  float minimise = cover(box(at, vec4(corner.x, corner.y + floor(side * 0.5), side, stroke), 0.0));
  float maximise = cover(edge) * cover(-edge - stroke);
  vec2 from_middle = abs(at - corner - side * 0.5);
  float close = cover(abs(from_middle.x - from_middle.y) * 0.707 - 0.6 * scale) * cover(edge);
  return index == 0.0 ? minimise : index == 1.0 ? maximise : close;
}

void main() {
  vec2 at = place();
  bool is_bar = at.y < bar.y + bar.w;
  float outside = box(at, frame, is_bar ? radius : 0.0);
  vec3 light = bar_light;
  if (is_bar) {
    light *= 1.1 - 0.2 * (at.y - bar.y) / bar.w;
    light = mix(light, chip_light, cover(box(at, chip, chip.w * 0.5)));
    light = mix(light, chip_ink, letters(chip_line, chip_text, at));
    light = mix(light, title_ink, letters(title_line, title_text, at));
    if (at.x >= buttons.x && at.x < buttons.x + buttons.z) light = mix(light, button_ink, symbol(at));
  }
  light = mix(light, border_light, cover(-outside - border));
  float coverage = cover(outside);
  colour = vec4(sqrt(light) * coverage, mix(shadow(at), 1.0, coverage));
}
)";

// The first and the last line of pixels whose middle a quad from `at` covers.
float pixel_line(float at) { return std::ceil(at - 0.5f); }

float px(float size, float scale) { return std::max(1.0f, std::round(size * scale)); }

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
constexpr Colour notice{0.250f, 0.120f, 0.140f};
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
  // The colours as light().
  Colour bar_light;
  float border;
  Colour border_light;
  float radius;
  Colour chip_light;
  float shadow_reach;
  Colour chip_ink;
  float shadow_drop;
  Colour title_ink;
  float unused_1;
  Colour button_ink;
  float unused_2;
};
// All but the text.
WindowFrames::Values WindowFrames::values_of(const FrameLook& look, const FrameParts& parts) {
  static_assert(sizeof(Values) == 15 * 4 * sizeof(float));
  Values values{};
  values.scale = look.scale;
  values.content = parts.content;
  values.outer = parts.outer;
  values.bar = parts.title_bar;
  values.buttons = parts.minimise;
  values.buttons.width = parts.close.x + parts.close.width - parts.minimise.x;
  values.border = px(border_width, look.scale);
  values.radius = corner_radius * look.scale;

  const bool is_focused = look.is_focused;
  values.shadow_strength = is_focused ? 0.62f : 0.42f;
  const Shadow shadow = shadow_of(is_focused, look.scale);
  values.shadow_reach = shadow.reach;
  values.shadow_drop = shadow.drop;
  values.shadow = shadow.around(parts.outer);

  const Colour bar = is_focused ? bar_focused : bar_unfocused;
  const Colour ink = is_focused ? ink_focused : ink_unfocused;
  const Colour chip = mix(bar, look.colour, is_focused ? 1.0f : 0.70f);
  values.bar_light = light(mix(bar, look.colour, is_focused ? 0.10f : 0.04f));
  values.border_light = light(mix(bar, look.colour, is_focused ? 0.80f : 0.30f));
  values.chip_light = light(chip);
  values.chip_ink = light(ink_on(chip));
  values.title_ink = light(ink);
  values.button_ink = light(mix(bar, ink, 0.75f));
  return values;
}

Status WindowFrames::prepare() {
  const std::string values(values_source);
  BLINK_ASSIGN(shadow_.program, link_program(gl_, "window shadows", vertex_source,
                                             (values + shadow_source).c_str()));
  BLINK_ASSIGN(frame_.program,
               link_program(gl_, "window frames", vertex_source, (values + frame_source).c_str()));
  for (Ring* ring : {&shadow_, &frame_}) {
    gl_.UseProgram(ring->program);
    ring->values = gl_.GetUniformLocation(ring->program, "values");
    const bool is_frame = ring == &frame_;
    gl_.Uniform2i(gl_.GetUniformLocation(ring->program, "ring"), is_frame ? 1 : 3,
                  is_frame ? 3 : 2);
  }
  gl_.Uniform1i(gl_.GetUniformLocation(frame_.program, "chip_line"), 0);
  gl_.Uniform1i(gl_.GetUniformLocation(frame_.program, "title_line"), 1);
  gl_.UseProgram(0);
  gl_.GenVertexArrays(1, &vertices_);
  return labels_.prepare();
}

void WindowFrames::release() {
  labels_.release();
  gl_.DeleteVertexArrays(1, &vertices_);
  gl_.DeleteProgram(shadow_.program);
  gl_.DeleteProgram(frame_.program);
}

FrameParts WindowFrames::parts(Rect given, float scale) {
  FrameParts parts;
  const float left = pixel_line(given.x), top = pixel_line(given.y);
  parts.content = {left, top, std::max(0.0f, pixel_line(given.x + given.width) - left),
                   std::max(0.0f, pixel_line(given.y + given.height) - top)};
  const float bar = px(bar_height, scale), border = px(border_width, scale);
  parts.outer = grown(parts.content, {border, bar, border, border});
  parts.outer.width = std::max(parts.outer.width, px(width_min, scale));
  parts.title_bar = {parts.outer.x, parts.outer.y, parts.outer.width, bar};
  const float button = px(button_width, scale);
  parts.close = {parts.outer.x + parts.outer.width - border - button, parts.outer.y, button, bar};
  parts.maximise = parts.minimise = parts.close;
  parts.maximise.x -= button;
  parts.minimise.x -= 2 * button;
  return parts;
}

Rect WindowFrames::reach(Rect content, float scale, bool is_focused) {
  return shadow_of(is_focused, scale).around(outer(content, scale));
}

void WindowFrames::draw(const FrameLook& look, std::uint32_t screen_width,
                        std::uint32_t screen_height, Rect clip) {
  const FrameParts at = parts(look.content, look.scale);
  Values values = values_of(look, at);
  const float gap = px(padding, look.scale), chip_gap = px(chip_padding, look.scale);
  const float room = at.minimise.x - at.outer.x - 2 * gap - 2 * chip_gap;
  const Label name = label(look.machine, LabelWeight::semibold, look.scale * chip_size,
                           std::min(room, px(chip_text_max, look.scale)));
  Rect& chip = values.chip;
  chip = {at.outer.x + gap, 0, static_cast<float>(name.width) + 2 * chip_gap,
          px(chip_height, look.scale)};
  chip.y = at.outer.y + std::round((at.title_bar.height - chip.height) / 2);
  values.chip_text = place(name, chip.x + chip_gap, chip);
  const float title_x = chip.x + chip.width + gap;
  const Label title =
      label(look.title, LabelWeight::regular, look.scale * title_size, at.minimise.x - title_x);
  values.title_text = place(title, title_x, at.title_bar);

  paint(values, {shadow_, frame_}, name.texture, title.texture, screen_width, screen_height, clip);
}

void WindowFrames::draw_notice(Rect content, const std::string& text, float scale,
                               std::uint32_t screen_width, std::uint32_t screen_height, Rect clip) {
  Values values{};
  values.scale = scale;
  // A title bar with nothing below it.
  values.content = {content.x + content.width / 2, content.y + content.height / 2, 0, 0};
  values.outer = values.bar = content;
  values.bar_light = values.border_light = light(notice);
  values.title_ink = light(ink_focused);
  const Label line =
      label(text, LabelWeight::regular, scale * title_size, content.width - 2 * px(padding, scale));
  const float side = std::floor((content.width - static_cast<float>(line.width)) / 2);
  values.title_text = place(line, content.x + side, content);
  paint(values, {frame_}, 0, line.texture, screen_width, screen_height, clip);
}

void WindowFrames::paint(Values& values, std::initializer_list<Ring> rings, gl::GLuint chip_line,
                         gl::GLuint title_line, std::uint32_t screen_width,
                         std::uint32_t screen_height, Rect clip) {
  values.screen_width = static_cast<float>(screen_width);
  values.screen_height = static_cast<float>(screen_height);
  set_state();
  gl_.Enable(gl::GL_SCISSOR_TEST);
  gl_.Scissor(static_cast<gl::GLint>(clip.x),
              static_cast<gl::GLint>(static_cast<float>(screen_height) - clip.bottom()),
              static_cast<gl::GLsizei>(clip.width), static_cast<gl::GLsizei>(clip.height));
  gl_.Viewport(0, 0, static_cast<gl::GLsizei>(screen_width),
               static_cast<gl::GLsizei>(screen_height));
  bind_texture(1, title_line);
  bind_texture(0, chip_line);
  gl_.BindVertexArray(vertices_);
  for (const Ring& ring : rings) {
    gl_.UseProgram(ring.program);
    gl_.Uniform4fv(ring.values, sizeof values / (4 * sizeof(float)), &values.screen_width);
    gl_.DrawArrays(gl::GL_TRIANGLE_STRIP, 0, 10);
  }
  gl_.BindVertexArray(0);
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
