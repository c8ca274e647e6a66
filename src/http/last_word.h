// An answer in the midst of a request's body. libmicrohttpd 0.9.75 takes one before the body or after it, but
// a body in chunks shows only on the way that it is too large, and may have no end.
#pragma once

#include <microhttpd.h>

#include "http/message.h"

namespace comity::http {

// Writes the answer past libmicrohttpd, and says that nothing more comes. The connection is good for nothing
// then but to be read from, until whoever sends has seen it or the reader has had enough: one that is closed
// with unread bytes is reset, and the answer may be lost on the way. The connection's own thread only.
void send_last_word(MHD_Connection* connection, const Response& response, Method method);

}  // namespace comity::http
