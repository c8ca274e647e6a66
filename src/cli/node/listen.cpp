#include "cli/node/listen.h"

#include <fmt/format.h>

#include <charconv>

namespace comity::cli {

Result<void> set_listen(std::string_view text, http::ServerOptions& options) {
    const std::string mend = "write it as ADDRESS:PORT, as 127.0.0.1:8080 or [::1]:8080";
    const std::size_t colon = text.rfind(':');
    std::string_view address =
        colon == std::string_view::npos ? std::string_view(options.address) : text.substr(0, colon);
    const std::string_view port_text = colon == std::string_view::npos ? text : text.substr(colon + 1);
    if (address.starts_with('[') && address.ends_with(']')) {
        address = address.substr(1, address.size() - 2);
    } else if (colon != std::string_view::npos && address.find(':') != std::string_view::npos) {
        return invalid("--listen", "an IPv6 address stands in brackets", mend);
    }
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(port_text.data(), port_text.data() + port_text.size(), port);
    if (error != std::errc() || end != port_text.data() + port_text.size()) {
        return invalid("--listen", fmt::format("\"{}\" is no port", port_text), mend);
    }
    options.address = address.empty() ? "::" : std::string(address);
    options.port = port;
    return {};
}

std::string shown_address(const http::ServerOptions& options, std::uint16_t port) {
    std::string host = options.address;
    if (host == "0.0.0.0" || host == "::") host = "localhost";
    if (host.find(':') != std::string::npos) host = "[" + host + "]";
    return fmt::format("{}://{}:{}", options.certificate_file.empty() ? "http" : "https", host, port);
}

}  // namespace comity::cli
