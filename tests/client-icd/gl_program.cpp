// An ordinary program of OpenGL on X11 that knows nothing of Blink: it draws one picture, says by
// whose driver and whether GL found an error, and stays until it is ended.
//
//   gl_program WIDTH HEIGHT COMMANDS
//
// COMMANDS is a file (a pipe with a name). A line in it, "WIDTH HEIGHT", gives its window another
// size; its end ends the program.

#include <GL/gl.h>
#include <GL/glx.h>
#include <X11/Xlib.h>
#include <X11/Xutil.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

GLuint make_list() {
  const GLuint list = glGenLists(2);
  glNewList(list, GL_COMPILE);
  glBegin(GL_TRIANGLE_FAN);  // a hexagon whose corners have other colours
  glColor3f(1, 1, 1);
  glVertex3f(0, 0, 0);
  for (int i = 0; i <= 6; ++i) {
    const GLfloat corner[2] = {i % 3 == 0 ? 0.5f : i % 3 == 1 ? 0.25f : -0.25f, 0};
    glColor3ub(static_cast<GLubyte>(40 * i), 200, static_cast<GLubyte>(255 - 40 * i));
    const double x[] = {0.5, 0.25, -0.25, -0.5, -0.25, 0.25, 0.5};
    const double y[] = {0, 0.43, 0.43, 0, -0.43, -0.43, 0};
    glVertex3d(x[i], y[i], corner[1]);
  }
  glEnd();
  glEndList();
  return list;
}

void draw(GLuint list) {  // on all of the window, as OpenGL begins
  glClearColor(0.1f, 0.1f, 0.3f, 1);
  glClear(GL_COLOR_BUFFER_BIT | GL_DEPTH_BUFFER_BIT);
  glEnable(GL_DEPTH_TEST);
  glMatrixMode(GL_PROJECTION);
  glLoadIdentity();
  glFrustum(-1, 1, -1, 1, 2, 10);
  glMatrixMode(GL_MODELVIEW);
  glLoadIdentity();
  glTranslated(-0.4, 0.2, -3);
  glRotatef(35, 0, 1, 0);
  glCallList(list);
  glLoadIdentity();
  glTranslated(0.3, -0.2, -2.8);  // in front, and partly behind
  glRotatef(-40, 1, 0.4f, 0);
  glCallList(list);
  // Without depth, on top of it all: a bar whose colour comes through an array.
  glDisable(GL_DEPTH_TEST);
  glLoadIdentity();
  const GLfloat matrix[16] = {1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0.9f, -2.5f, 1};
  glMultMatrixf(matrix);
  const GLfloat orange[4] = {1, 0.6f, 0.1f, 1};
  glColor4fv(orange);
  glRectf(-0.8f, -0.05f, 0.8f, 0.05f);
}

// As the user wants it, through a window manager.
void wait_to_be_closed(Display* display, Window window) {
  Atom deletion = XInternAtom(display, "WM_DELETE_WINDOW", False);
  XSetWMProtocols(display, window, &deletion, 1);
  XSync(display, False);
  std::printf("waits\n");
  std::fflush(stdout);
  for (XEvent event;;) {
    XNextEvent(display, &event);
    if (event.type != ClientMessage) continue;
    if (static_cast<Atom>(event.xclient.data.l[0]) == deletion) break;
  }
  std::printf("is asked to close\n");
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return 1;
  int width = std::atoi(argv[1]), height = std::atoi(argv[2]);
  Display* const display = XOpenDisplay(nullptr);
  if (display == nullptr) return 2;
  int wanted[] = {GLX_RGBA, GLX_DOUBLEBUFFER, GLX_RED_SIZE, 8, GLX_DEPTH_SIZE, 16, None};
  XVisualInfo* const visual = glXChooseVisual(display, DefaultScreen(display), wanted);
  if (visual == nullptr) return 3;
  const Window root = RootWindow(display, visual->screen);
  XSetWindowAttributes attributes{};
  attributes.colormap = XCreateColormap(display, root, visual->visual, AllocNone);
  const Window window = XCreateWindow(display, root, 0, 0, static_cast<unsigned>(width),
                                      static_cast<unsigned>(height), 0, visual->depth, InputOutput,
                                      visual->visual, CWColormap | CWBorderPixel, &attributes);
  XStoreName(display, window, "Hexagons");
  XMapWindow(display, window);
  const GLXContext context = glXCreateContext(display, visual, nullptr, True);
  XFree(visual);
  if (context == nullptr || !glXMakeCurrent(display, window, context)) {
    XCloseDisplay(display);
    return 4;
  }
  const GLuint list = make_list();
  std::FILE* commands = nullptr;
  for (;;) {
    for (int i = 0; i < 3; ++i) {  // each of the images that take turns
      draw(list);
      glXSwapBuffers(display, window);
    }
    GLint viewport[4] = {};
    glGetIntegerv(GL_VIEWPORT, viewport);
    std::printf("drawn by %s, error %u, %d x %d\n", glXGetClientString(display, GLX_VENDOR),
                glGetError(), viewport[2], viewport[3]);
    std::fflush(stdout);
    if (commands == nullptr) commands = std::fopen(argv[3], "r");
    char line[64];
    if (commands == nullptr || std::fgets(line, sizeof line, commands) == nullptr) break;
    if (std::strncmp(line, "wait", 4) == 0) {
      wait_to_be_closed(display, window);
      break;
    }
    if (std::sscanf(line, "%d %d", &width, &height) != 2) break;
    XResizeWindow(display, window, static_cast<unsigned>(width), static_cast<unsigned>(height));
    XSync(display, False);
    glViewport(0, 0, width, height);
    glXSwapBuffers(display, window);  // when drivers look
  }
  if (commands != nullptr) std::fclose(commands);
  glXMakeCurrent(display, None, nullptr);
  glXDestroyContext(display, context);
  XCloseDisplay(display);
  return 0;
}
