// The process that looks into files. Started by the server with a socket as descriptor 3; of no use by itself.
#include <cstdio>

#include <sys/socket.h>

#include "worker/engines/ocr/recognise.h"
#include "worker/engines/picture.h"
#include "worker/engines/text.h"
#include "worker/probe.h"
#include "worker/zygote.h"

namespace {

using namespace holdall;

media::protocol::Reply work(const media::protocol::Request& request, int input, int output) {
  switch (request.kind) {
    case media::protocol::JobKind::Probe: return worker::attempt(request.attempt, output);
    case media::protocol::JobKind::Picture: return worker::engines::make_picture(request.picture, input, output);
    case media::protocol::JobKind::Text: return worker::engines::read_text(request.text, input, output);
    case media::protocol::JobKind::Recognition: return worker::engines::recognise(request.recognition, input, output);
  }
  return {};
}

}  // namespace

int main() {
  constexpr int kControl = media::protocol::kControlDescriptor;
  int type = 0;
  socklen_t size = sizeof type;
  if (::getsockopt(kControl, SOL_SOCKET, SO_TYPE, &type, &size) != 0 || type != SOCK_SEQPACKET) {
    std::fputs("holdall-media is started by holdall and does nothing by itself.\n", stderr);
    return 2;
  }
  return worker::serve_jobs(kControl, {.warm_up = worker::engines::warm_up, .work = work});
}
