// WindowFrames: what the server draws around windows, so that everybody sees whose they are:
// shadow, border, title bar, the name of the machine in its colour, title, and three buttons.
//
// Shadow and border are rings of triangles around the content, the title bar is a rectangle above
// it. No pixel of the content is touched, and what is drawn of a client's words stays within the
// title bar.
//
// The bound framebuffer is the screen, in OpenGL's own orientation: row 0 is the bottom. Others may
// have changed any state of the (core) context; what draw() needs, it sets. It leaves no blending,
// and program, vertex array and textures 0.
//
// Threads: the one where the context is current.

#pragma once

#include <cstdint>
#include <string>

#include "common/status.h"
#include "gl/generated/dispatch.h"
#include "server/screen/colour.h"
#include "server/screen/frame_borders.h"
#include "server/screen/label_cache.h"
#include "server/screen/rect.h"
#include "server/screen/title_bars.h"

namespace blink::server {

enum class FrameButton : std::uint8_t { none, minimise, maximise, close };
// Which of them there are: from this one on.
enum class FrameButtons : std::uint8_t { all, close = 2, none };

struct FrameLook {
  Rect content;  // pixels of the screen, as the rest
  std::string title;
  std::string machine;
  Colour colour;  // of the machine
  bool is_focused = false;
  float scale = 1;  // of the output
  FrameBorders borders = {};
  // The server's, after the title: it has its room before title and name.
  std::string note = {}, short_note = {};  // the short one where the other does not fit
  // The button that shows that it would act: the pointer is on it, or holds it down.
  FrameButton lit = FrameButton::none;
  bool is_pressed = false;
  bool is_large = false;  // the button for the size makes it smaller
  FrameButtons buttons = FrameButtons::all;
  bool is_alarming = false;
  bool is_chosen = false;  // among others in a list

  bool operator==(const FrameLook&) const = default;
};

// Where the parts of a frame are, in whole pixels. A frame has a least width, to be readable;
// beside narrower content it is dark.
struct FrameParts {
  Rect content;  // as given, in the pixels that a quad of it covers
  Rect outer;    // all but the shadow
  Rect title_bar;
  Rect minimise, maximise, close;  // within the title bar
};

class WindowFrames {
 public:
  explicit WindowFrames(const gl::Dispatch& gl) : gl_(gl), labels_(gl), bars_(gl) {}

  Status prepare();
  void release();

  // Nothing but what lies in `clip`, which is within the screen.
  void draw(const FrameLook& look, std::uint32_t screen_width, std::uint32_t screen_height,
            Rect clip);
  void end_frame() { bars_.end_frame(); }
  // A content that cannot be drawn: a line that says why, in its middle.
  void draw_notice(Rect content, const std::string& text, float scale, std::uint32_t screen_width,
                   std::uint32_t screen_height, Rect clip);
  // What a list of title bars lies on.
  void draw_panel(Rect area, float scale, std::uint32_t screen_width, std::uint32_t screen_height,
                  Rect clip);
  // Where a window that the user holds would be: a pane of its machine's colour that everything is
  // seen through, a little within `area`.
  void draw_landing(Rect area, Colour colour, float scale, std::uint32_t screen_width,
                    std::uint32_t screen_height, Rect clip);
  // All that draw() may change: the frame and its shadow.
  static Rect reach(Rect content, float scale, bool is_focused, FrameBorders borders = {});

  // Of content that fills the narrowest frame.
  static float content_width_min(float scale);
  static FrameParts parts(Rect content, float scale, FrameBorders borders = {});
  // Of its title bar, what nothing is seen through.
  static Rect solid(Rect content, float scale, FrameBorders borders = {});
  static Rect outer(Rect content, float scale, FrameBorders borders = {}) {
    return parts(content, scale, borders).outer;
  }

 private:
  struct Ring {
    gl::GLuint program = 0;
    gl::GLint values = -1;
  };
  Label label(const std::string& text, LabelWeight weight, float size, float room);
  struct Values;
  static Values values_of(const FrameLook& look, const FrameParts& parts);
  struct Lines {  // textures
    gl::GLuint chip = 0, title = 0, note = 0;
  };
  Lines place_text(const FrameLook& look, const FrameParts& parts, Values& values);
  gl::GLuint bar_of(const FrameLook& look, const FrameParts& parts);
  // The rings of these programs, and only what lies in `clip`.
  void paint(Values& values, std::initializer_list<Ring> rings, const Lines& lines,
             std::uint32_t screen_width, std::uint32_t screen_height, Rect clip,
             bool is_blended = true);
  void set_state();
  void bind_texture(std::uint32_t unit, gl::GLuint texture);

  const gl::Dispatch& gl_;
  LabelCache labels_;
  TitleBars bars_;
  Ring shadow_, bar_, copied_bar_, border_, landing_;
  gl::GLuint vertices_ = 0;
};

}  // namespace blink::server
