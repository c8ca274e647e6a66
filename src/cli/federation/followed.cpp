#include "cli/federation/followed.h"

#include "cli/files.h"
#include "cli/forms.h"

namespace comity::cli {

namespace {

constexpr std::size_t kMaxToken = 4096;

json::Value maybe_second(const std::optional<std::int64_t>& seconds) {
    return seconds ? json::Value(second_text(*seconds)) : json::Value(nullptr);
}

}  // namespace

Result<std::vector<federation::Peer>> followed_nodes(node::Node& node, const std::string& name) {
    COMITY_TRY(auto peers, node.mirrors().peers());
    if (name.empty()) return peers;
    for (federation::Peer& peer : peers) {
        if (peer.name == name) return std::vector{std::move(peer)};
    }
    return not_found("no node '" + name + "' is followed", "see comity node list");
}

federation::LineOptions line_to(const node::Node& node, const std::string& url, const std::string& token) {
    federation::LineOptions options;
    options.url = url;
    options.token = token;
    options.bytes_per_second = node.config().federation_bytes_per_second;
    options.ca_file = node.config().federation_ca_file;
    return options;
}

Result<std::string> read_token(Context& context, const std::string& file) {
    if (file.empty()) return std::string();
    COMITY_TRY(const std::string text, read_file(context, file, kMaxToken));
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    if (first == std::string::npos)
        return invalid(file, "holds no token", "make one there: comity token create");
    std::string token = text.substr(first, text.find_last_not_of(" \t\r\n") + 1 - first);
    for (const char c : token) {
        if (c <= ' ' || c > '~')
            return invalid(file, "holds no token", "make one there: comity token create");
    }
    return token;
}

std::string name_of_origin(const std::string& origin) {
    return origin.substr(0, origin.find('/'));
}

json::Object peer_json(const federation::Peer& peer, const std::vector<federation::MirroredLog>& logs) {
    json::Object object{{"name", peer.name},
                        {"url", peer.url},
                        {"log", peer.log.name},
                        {"key", peer.log.text()},
                        {"size", 0},
                        {"applied", 0},
                        {"missing", 0},
                        {"erased", 0},
                        {"withheld", 0},
                        {"contact", maybe_second(peer.contact)},
                        {"tried", maybe_second(peer.tried)},
                        {"error", nullptr}};
    for (const federation::MirroredLog& log : logs) {
        if (log.key != peer.log) continue;
        object["size"] = log.size;
        object["applied"] = log.applied.size();
        object["missing"] = log.missing;
        object["erased"] = log.erased;
        object["withheld"] = log.withheld;
    }
    if (!peer.error.empty()) object["error"] = peer.error;
    return object;
}

}  // namespace comity::cli
