#include "api/tlog/mirror_routes.h"

#include "api/tlog/tile_answer.h"
#include "federation/shelf.h"
#include "http/gzip.h"
#include "log/tile.h"

namespace comity::api::tlog {
namespace {

http::Response checkpoint_answer(std::string note) {
    http::Response response = http::Response::text(200, std::move(note));
    response.header("Cache-Control", "public, max-age=1");
    response.header("Access-Control-Allow-Origin", "*");
    return response;
}

// Of a log that its own clients push here (C2SP tlog-mirror): named by its origin's hash, not by its key's.
Result<http::Response> answer_pushed(node::Node& node, const Digest& origin, std::string_view rest) {
    if (rest.empty()) {
        COMITY_TRY(std::string note, node.tlog_mirror().checkpoint(origin));
        return checkpoint_answer(std::move(note));
    }
    COMITY_TRY(const log::TilePath path, log::TilePath::parse("tile/" + std::string(rest)));
    COMITY_TRY(const Bytes bytes, node.tlog_mirror().tile(origin, path));
    return tile_answer(std::make_shared<const std::string>(as_text(bytes)));
}

Result<http::Response> answer(node::Node& node, const http::Request& request) {
    COMITY_TRY(const Digest name, Digest::from_hex(request.capture("log")));
    federation::Shelf shelf(node.ledger(), node.mirrors());
    const std::string_view rest = request.capture("path");
    const auto found = shelf.find(name);
    if (!found && found.error().kind == ErrorKind::kNotFound) return answer_pushed(node, name, rest);
    COMITY_TRY(const federation::HeldLog held, found);
    if (!rest.empty()) {
        COMITY_TRY(const log::TilePath path, log::TilePath::parse("tile/" + std::string(rest)));
        COMITY_TRY(const Bytes bytes, shelf.tile(held, path));
        return tile_answer(std::make_shared<const std::string>(as_text(bytes)));
    }
    return checkpoint_answer(held.offer.checkpoint);
}

http::Response add_entries(node::Node& node, const http::Request& request) {
    std::string unpacked;
    std::string_view body = request.body;
    if (request.header("Content-Encoding").value_or("") == "gzip") {
        auto plain = http::gunzip(body, federation::kMaxMirrorUpload);
        if (!plain) return http::problem(plain.error(), request);
        unpacked = *std::move(plain);
        body = unpacked;
    }
    auto answered = node.tlog_mirror().add_entries(body);
    if (!answered) return http::problem(answered.error(), request);
    http::Response response =
        http::Response::text(answered->status, std::move(answered->body), answered->content_type());
    response.header("Cache-Control", "no-store").header("Accept-Encoding", "gzip");
    return response;
}

}  // namespace

void add_mirror_routes(http::Router& router, node::Node& node) {
    const auto handler = [&node](const http::Request& request) {
        auto answered = answer(node, request);
        return answered ? *std::move(answered) : http::problem(answered.error(), request);
    };
    router.add(http::Method::kPost, "/witness/add-entries", {.max_body = federation::kMaxMirrorUpload},
               [&node](const http::Request& request) { return add_entries(node, request); });
    router.get("/mirror/{log}/checkpoint", handler);
    router.get("/mirror/{log}/tile/{path*}", handler);
}

}  // namespace comity::api::tlog
