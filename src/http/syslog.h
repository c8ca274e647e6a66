// A message to a syslog collector: one that is whole already (RFC 5424), on its way.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/error.h"

namespace comity::http {

// To "tcp://HOST:PORT" (RFC 6587 section 3.4.1: octets counted, on a connection of its own) or
// "udp://HOST:PORT" (RFC 5426: a datagram). IPv6 addresses stand in brackets. kInvalid for another address;
// kTooLarge over what a datagram holds; kUnavailable where it cannot be sent in that time. A collector
// answers nothing: success means that the other side's system has it (TCP), or that it was sent (UDP).
Result<void> send_syslog(const std::string& address, std::string_view message,
                         std::chrono::milliseconds timeout);

}  // namespace comity::http
