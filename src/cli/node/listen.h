// Where a server listens, as it is typed: "127.0.0.1:8080", "[::1]:8080", ":8080" (all addresses), "8080"
// (the configured address).
#pragma once

#include <string_view>

#include "http/server.h"

namespace comity::cli {

Result<void> set_listen(std::string_view text, http::ServerOptions& options);
// "http://127.0.0.1:8080"; an address that stands for all is shown as this machine's own.
std::string shown_address(const http::ServerOptions& options, std::uint16_t port);

}  // namespace comity::cli
