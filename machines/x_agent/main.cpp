// blink-x-agent [FD]: shows the windows of $DISPLAY (x_agent.h). FD is closed when it does.

#include <unistd.h>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "machines/x_agent/x_agent.h"

int main(int argc, char** argv) {
  auto agent = blink::machines::XAgent::make();
  if (argc > 1) ::close(std::atoi(argv[1]));
  const blink::Status status = agent.is_ok() ? agent.value()->run() : agent.take_status();
  std::fprintf(stderr, "blink: windows are not shown: %s\n", std::string(status.text()).c_str());
  // The thread that listens is still there.
  std::_Exit(1);
}
