#include "http/lane.h"

#include "http/session.h"

namespace holdall::http {

// Closing only wakes a session; it leaves the set later, when its coroutine runs.
void Lane::drain() {
  is_draining = true;
  for (io::ByteStream* stream : handshakes)
    stream->close();
  for (Session* session : sessions)
    session->end_if_idle();
}

void Lane::cut() {
  is_draining = true;
  for (Session* session : sessions)
    session->cut();
}

}  // namespace holdall::http
