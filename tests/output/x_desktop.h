// An X server with one blinkd in a window, seen and used from the outside: its pixels, and a mouse
// and a keyboard (the XTEST extension).

#pragma once

#include <gtest/gtest.h>

#include <X11/Xatom.h>
#include <X11/Xlib.h>
#include <X11/Xutil.h>
#include <X11/extensions/XTest.h>
#include <X11/extensions/Xfixes.h>
#include <unistd.h>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/output/ask_to_close.h"
#include "tests/support/png_pixels.h"
#include "tests/support/xvfb.h"

namespace blink::test {

class XDesktop {
 public:
  XDesktop() : server_(std::make_unique<Xvfb>("640x480x24")) {
    if (!server_->is_running()) return;
    name_ = server_->display();
    display_ = ::XOpenDisplay(name_.c_str());
  }
  // It answers nobody any more, or does so again.
  void hang(bool hangs) const { server_->hang(hangs); }
  // On an X server that somebody else has started.
  explicit XDesktop(std::string name)
      : name_(std::move(name)), display_(::XOpenDisplay(name_.c_str())) {}
  XDesktop(const XDesktop&) = delete;
  XDesktop& operator=(const XDesktop&) = delete;
  ~XDesktop() {
    if (display_ != nullptr) ::XCloseDisplay(display_);
  }

  bool is_there() const { return display_ != nullptr; }
  const std::string& name() const { return name_; }

  // As the desktop's settings have it: 96 is plain.
  void set_dpi(int dpi) {
    const std::string resources = "Xft.dpi:\t" + std::to_string(dpi) + "\n";
    ::XChangeProperty(display_, root(), XA_RESOURCE_MANAGER, XA_STRING, 8, PropModeReplace,
                      reinterpret_cast<const unsigned char*>(resources.data()),
                      static_cast<int>(resources.size()));
    ::XSync(display_, False);
  }

  // It goes, with its windows; nothing else may be asked of it.
  void stop() {
    ::XCloseDisplay(display_);
    display_ = nullptr;
    server_->stop();
  }

  ::Window find_window(std::string_view title) {
    ::Window ignored = 0, *children = nullptr, found = 0;
    unsigned count = 0;
    ::XQueryTree(display_, root(), &ignored, &ignored, &children, &count);
    for (unsigned i = 0; i < count; ++i) {
      char* text = nullptr;
      if (::XFetchName(display_, children[i], &text) == 0 || text == nullptr) continue;
      if (title == text) found = children[i];
      ::XFree(text);
    }
    if (children != nullptr) ::XFree(children);
    return found;
  }

  // What is on the screen in a place of this size, from its upper left.
  Picture screen(std::uint32_t width, std::uint32_t height) {
    Picture picture{width, height, {}};
    XImage* const image = ::XGetImage(display_, root(), 0, 0, width, height, AllPlanes, ZPixmap);
    if (image == nullptr) return picture;
    for (std::uint32_t y = 0; y < height; ++y)
      for (std::uint32_t x = 0; x < width; ++x)
        for (int shift = 16; shift >= 0; shift -= 8)
          picture.rgb.push_back(static_cast<std::uint8_t>(
              XGetPixel(image, static_cast<int>(x), static_cast<int>(y)) >> shift));
    XDestroyImage(image);
    return picture;
  }

  // What is on the screen where the largest window is; nothing: there is none.
  Picture largest_window() {
    ::Window ignored = 0, *children = nullptr;
    unsigned count = 0;
    ::XQueryTree(display_, root(), &ignored, &ignored, &children, &count);
    XWindowAttributes largest{};
    for (unsigned i = 0; i < count; ++i) {
      XWindowAttributes its{};
      if (::XGetWindowAttributes(display_, children[i], &its) != 0 && its.map_state == IsViewable &&
          its.width * its.height > largest.width * largest.height)
        largest = its;
    }
    if (children != nullptr) ::XFree(children);
    if (largest.width == 0) return {};
    const Picture all = screen(static_cast<std::uint32_t>(largest.x + largest.width),
                               static_cast<std::uint32_t>(largest.y + largest.height));
    Picture part{
        static_cast<std::uint32_t>(largest.width), static_cast<std::uint32_t>(largest.height), {}};
    for (std::uint32_t y = static_cast<std::uint32_t>(largest.y); y < all.height; ++y) {
      const auto row = all.rgb.begin() + std::size_t{y} * all.width * 3;
      part.rgb.insert(part.rgb.end(), row + std::size_t{3} * static_cast<unsigned>(largest.x),
                      row + std::size_t{3} * all.width);
    }
    return part;
  }

  void move_pointer(int x, int y) {
    ::XTestFakeMotionEvent(display_, -1, x, y, 0);
    ::XSync(display_, False);
  }
  // The pointer's picture, pixel by pixel.
  std::vector<unsigned long> cursor() {
    XFixesCursorImage* const image = ::XFixesGetCursorImage(display_);
    if (image == nullptr) return {};
    const std::vector<unsigned long> pixels(
        image->pixels, image->pixels + std::size_t{image->width} * image->height);
    ::XFree(image);
    return pixels;
  }
  void press_button(unsigned button, bool is_pressed) {
    ::XTestFakeButtonEvent(display_, button, is_pressed, 0);
    ::XSync(display_, False);
  }
  void press_key(unsigned x_code, bool is_pressed) {
    ::XTestFakeKeyEvent(display_, x_code, is_pressed, 0);
    ::XSync(display_, False);
  }
  void resize(::Window window, unsigned width, unsigned height) {
    ::XResizeWindow(display_, window, width, height);
    ::XSync(display_, False);
  }
  // Another window, for a while, over the whole screen.
  void cover_and_uncover() {
    const ::Window cover = ::XCreateSimpleWindow(display_, root(), 0, 0, 640, 480, 0, 0, 0xFFFFFF);
    ::XMapRaised(display_, cover);
    ::XSync(display_, False);
    ::XDestroyWindow(display_, cover);
    ::XSync(display_, False);
  }
  // As a window manager says that it has done.
  void say_iconified(::Window window, bool is_iconified) {
    const ::Atom atom = ::XInternAtom(display_, "WM_STATE", False);
    const long state[] = {is_iconified ? IconicState : NormalState, 0};
    ::XChangeProperty(display_, window, atom, atom, 32, PropModeReplace,
                      reinterpret_cast<const unsigned char*>(state), 2);
    ::XSync(display_, False);
  }
  // By no word to its owner: what xdotool windowclose does, and old window managers.
  void destroy(::Window window) {
    ::XDestroyWindow(display_, window);
    ::XSync(display_, False);
  }
  void ask_to_close(::Window window) { test::ask_to_close(display_, window); }

 private:
  ::Window root() { return DefaultRootWindow(display_); }

  std::unique_ptr<Xvfb> server_;
  std::string name_;
  ::Display* display_ = nullptr;
};

}  // namespace blink::test
