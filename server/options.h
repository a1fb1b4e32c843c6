// The command line of blinkd.

#pragma once

#include <optional>
#include <string>

#include "common/status.h"
#include "server/gl_terms.h"
#include "server/screen/desktop_settings.h"
#include "server/screen/output_options.h"
#include "server/screen/screen_size.h"
#include "server/server.h"

namespace blink::server {

struct DaemonOptions {
  ServerOptions server;
  ScreenSize screen;
  OutputOptions output;
  DesktopSettings desktop;
  GlTerms gl;                // for renderers
  bool takes_opengl = true;  // of unmodified programs
  int web_port = -1;         // of the viewer for browsers; 0: any; -1: there is none
  int ready_fd = -1;         // told when the server is up, or why it is not
  bool help = false;
};

// Prints nothing; a failure's text is for the user.
Result<DaemonOptions> parse_options(int argc, char** argv);
const char* options_help();

}  // namespace blink::server
