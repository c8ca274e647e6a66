// What becomes of every answer between its handler and the wire, in this order: a status that is none becomes
// a 500; an ETag that the request's If-None-Match lists makes it a 304 without body (RFC 9110
// section 13.1.2); a text-like body over 1 KiB is compressed where the client takes gzip (its ETag becomes a
// weak one); the router's filters see the result.
#pragma once

#include "http/routes.h"

namespace comity::http {

// Thread-safe as far as the filters are. Catches what a filter throws and logs it.
void finish(const Router::Table& table, const Request& request, Response& response);

// Whether the client takes a body that is compressed.
bool takes_gzip(const Request& request);
// From so many bytes on a body is compressed: fewer fit a packet or two as they are.
inline constexpr std::size_t kSmallestToCompress = 1025;

// Whether a body of that Content-Type is worth compressing: text, JSON, XML, JavaScript, SVG, and what ends
// in +json, +xml.
bool is_text_like(std::string_view content_type);

}  // namespace comity::http
