// The functions of GLX, without their prefix: what each does is in GLX 1.4 and its extensions.

#pragma once

#include "client-icd/glx/objects.h"

namespace blink::icd::glx {

GLXFBConfig* choose_fb_config(Display* display, int screen, const int* attributes, int* count);
GLXFBConfig* get_fb_configs(Display* display, int screen, int* count);
int get_fb_config_attrib(Display*, GLXFBConfig handle, int attribute, int* value);
XVisualInfo* get_visual_from_fb_config(Display* display, GLXFBConfig handle);
XVisualInfo* choose_visual(Display* display, int screen, int* attributes);
int get_config(Display* display, XVisualInfo* visual, int attribute, int* value);
GLXContext create_context(Display* display, XVisualInfo* visual, GLXContext shares, Bool);
GLXContext create_new_context(Display*, GLXFBConfig config, int, GLXContext shares, Bool);
GLXContext create_context_attribs(Display* display, GLXFBConfig handle, GLXContext shares, Bool,
                                  const int* attributes);
void destroy_context(Display*, GLXContext handle);
Bool make_context_current(Display* display, GLXDrawable draw, GLXDrawable read, GLXContext handle);
Bool make_current(Display* display, GLXDrawable drawable, GLXContext context);
void swap_buffers(Display* display, GLXDrawable drawable);
void swap_interval_ext(Display* display, GLXDrawable drawable, int interval);
int swap_interval(unsigned interval);
int swap_interval_sgi(int interval);
int get_swap_interval();
void bind_tex_image(Display* display, GLXDrawable drawable, int buffer, const int* attributes);
void release_tex_image(Display* display, GLXDrawable drawable, int buffer);
void destroy_drawable(Display* display, GLXDrawable drawable);
GLXWindow create_window(Display* display, GLXFBConfig config, Window window, const int*);
GLXPixmap create_pixmap(Display* display, GLXFBConfig config, Pixmap pixmap, const int*);
GLXPixmap create_glx_pixmap(Display* display, XVisualInfo* visual, Pixmap pixmap);
GLXPbuffer create_pbuffer(Display* display, GLXFBConfig config, const int* attributes);
void query_drawable(Display* display, GLXDrawable drawable, int attribute, unsigned* value);

}  // namespace blink::icd::glx
