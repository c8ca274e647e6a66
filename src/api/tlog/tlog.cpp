#include "api/tlog/tlog.h"

#include <list>
#include <mutex>
#include <unordered_map>

#include "api/tlog/mirror_routes.h"
#include "api/tlog/tile_answer.h"
#include "api/tlog/witness_routes.h"
#include "log/tile.h"
#include "node/witnessed_log.h"

namespace comity::api::tlog {
namespace {

// Tiles never change: what was answered once is answered again from here, without the store. The longest
// unused goes first.
class AnswerCache {
  public:
    std::shared_ptr<const std::string> find(const std::string& path) {
        const std::lock_guard lock(mutex_);
        const auto it = places_.find(path);
        if (it == places_.end()) return nullptr;
        order_.splice(order_.begin(), order_, it->second);
        return it->second->second;
    }
    void keep(const std::string& path, std::shared_ptr<const std::string> bytes) {
        const std::lock_guard lock(mutex_);
        if (places_.contains(path)) return;
        order_.emplace_front(path, std::move(bytes));
        places_[path] = order_.begin();
        if (order_.size() > kTiles) {
            places_.erase(order_.back().first);
            order_.pop_back();
        }
    }

  private:
    static constexpr std::size_t kTiles = 1024;  // 8 KiB each
    using Order = std::list<std::pair<std::string, std::shared_ptr<const std::string>>>;
    std::mutex mutex_;  // guards what follows
    Order order_;
    std::unordered_map<std::string, Order::iterator> places_;
};

}  // namespace

void add_routes(http::Router& router, node::Node& node) {
    const auto checkpoint = [&](std::string_view path, Result<std::string> (*of)(node::Node&)) {
        router.get(path, [&node, of](const http::Request& request) {
            auto note = of(node);
            if (!note) return http::problem(note.error(), request);
            http::Response response = http::Response::text(200, std::move(*note));
            response.header("Cache-Control", "public, max-age=1");
            response.header("Access-Control-Allow-Origin", "*");
            return response;
        });
    };
    checkpoint("/log/checkpoint", node::served_checkpoint);
    checkpoint("/log/witnessed", node::witnessed_checkpoint);
    add_mirror_routes(router, node);
    const auto cache = std::make_shared<AnswerCache>();
    const auto kept = [cache](const http::Request& request) -> std::optional<http::Response> {
        auto bytes = cache->find(request.path);
        if (!bytes) return std::nullopt;
        return tile_answer(std::move(bytes));
    };
    const auto tile = [&node, cache](const http::Request& request) {
        const std::string& path = request.path;
        auto parsed = log::TilePath::parse(std::string_view(path).substr(std::string_view("/log/").size()));
        if (!parsed) return http::problem(parsed.error(), request);
        auto bytes = node.ledger().tile(*parsed);
        if (!bytes) return http::problem(bytes.error(), request);
        auto shared = std::make_shared<const std::string>(as_text(*bytes));
        cache->keep(path, shared);
        return tile_answer(std::move(shared));
    };
    router.add(http::Method::kGet, "/log/tile/{path*}", {.at_once = kept}, tile);
    add_witness_routes(router, node);
}

}  // namespace comity::api::tlog
