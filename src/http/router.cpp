#include "http/router.h"

#include <algorithm>
#include <cassert>

#include "http/routes.h"

namespace comity::http {

namespace {

std::vector<std::string_view> segments_of(std::string_view path) {
    std::vector<std::string_view> out;
    if (!path.empty() && path.front() == '/') path.remove_prefix(1);
    for (;;) {
        const std::size_t slash = path.find('/');
        out.push_back(path.substr(0, slash));
        if (slash == std::string_view::npos) return out;
        path.remove_prefix(slash + 1);
    }
}

bool lies_below(std::string_view path, std::string_view prefix) {
    if (!path.starts_with(prefix)) return false;
    return prefix.empty() || prefix.back() == '/' || path.size() == prefix.size() ||
           path[prefix.size()] == '/';
}

template <typename Entries>
auto longest(const Entries& entries, std::string_view path) {
    const typename Entries::value_type::second_type* found = nullptr;
    std::size_t length = 0;
    for (const auto& [prefix, value] : entries) {
        if (lies_below(path, prefix) && (found == nullptr || prefix.size() >= length)) {
            found = &value;
            length = prefix.size();
        }
    }
    return found;
}

// Walks the tree, the more literal branch first, until a pattern with the method is met. Each node is visited
// once at the most, since its depth fixes which segment it stands for.
class Search {
  public:
    Search(Method method, std::string_view path, Router::Match& out)
        : method_(method), path_(path.substr(std::min<std::size_t>(1, path.size()))), out_(out) {}

    bool visit(const Router::Table::Node& node, std::size_t at) {
        if (at > path_.size()) return accept(node.here, std::string_view());
        const std::size_t end = std::min(path_.find('/', at), path_.size());
        const std::string_view segment = path_.substr(at, end - at);
        if (const auto child = node.literals.find(segment); child != node.literals.end()) {
            if (visit(*child->second, end + 1)) return true;
        }
        if (node.one && !segment.empty()) {
            taken_.push_back(segment);
            if (visit(*node.one, end + 1)) return true;
            taken_.pop_back();
        }
        return at < path_.size() && accept(node.rest, path_.substr(at));
    }

    const std::vector<const Router::Route*>& others() const { return others_; }

  private:
    bool accept(const std::vector<Router::Route*>& routes, std::string_view rest) {
        for (const Router::Route* route : routes) {
            const bool matches =
                route->method == method_ || (method_ == Method::kHead && route->method == Method::kGet);
            if (!matches) {
                others_.push_back(route);
                continue;
            }
            out_.route = route;
            for (std::size_t i = 0; i < route->names.size(); ++i) {
                out_.captures[route->names[i]] = std::string(i < taken_.size() ? taken_[i] : rest);
            }
            return true;
        }
        return false;
    }

    Method method_;
    std::string_view path_;
    Router::Match& out_;
    std::vector<std::string_view> taken_;
    std::vector<const Router::Route*> others_;
};

}  // namespace

void Router::Table::add(std::unique_ptr<Route> route) {
    assert(route->pattern.starts_with('/'));
    Node* node = &root;
    std::vector<Route*>* end = nullptr;
    for (const std::string_view segment : segments_of(route->pattern)) {
        assert(end == nullptr);  // {name*} is the last
        if (segment.starts_with('{') && segment.ends_with("*}")) {
            route->names.emplace_back(segment.substr(1, segment.size() - 3));
            end = &node->rest;
        } else if (segment.starts_with('{') && segment.ends_with('}')) {
            route->names.emplace_back(segment.substr(1, segment.size() - 2));
            if (!node->one) node->one = std::make_unique<Node>();
            node = node->one.get();
        } else {
            auto& child = node->literals[std::string(segment)];
            if (!child) child = std::make_unique<Node>();
            node = child.get();
        }
    }
    if (end == nullptr) end = &node->here;
    assert(std::none_of(end->begin(), end->end(),
                        [&](const Route* other) { return other->method == route->method; }));
    end->push_back(route.get());
    routes.push_back(std::move(route));
}

Router::Match Router::Table::find(Method method, std::string_view path) const {
    Match out;
    Search search(method, path, out);
    if (search.visit(root, 0) || search.others().empty()) return out;
    std::vector<Method> allowed;
    for (const Route* route : search.others()) {
        allowed.push_back(route->method);
        if (route->method == Method::kGet) allowed.push_back(Method::kHead);
    }
    std::sort(allowed.begin(), allowed.end());
    allowed.erase(std::unique(allowed.begin(), allowed.end()), allowed.end());
    for (const Method each : allowed) {
        if (!out.allow.empty()) out.allow += ", ";
        out.allow += to_string(each);
    }
    return out;
}

const Router::Handler* Router::Table::fallback(std::string_view path) const {
    return longest(fallbacks, path);
}

const Router::ErrorForm* Router::Table::error_form(std::string_view path) const {
    return longest(error_forms, path);
}

Router::Router() : table_(std::make_unique<Table>()) {}
Router::~Router() = default;

void Router::get(std::string_view pattern, Handler handler) {
    add(Method::kGet, pattern, {}, std::move(handler));
}

void Router::get_fast(std::string_view pattern, Handler handler) {
    auto route = std::make_unique<Route>();
    route->pattern = pattern;
    route->fast = true;
    route->handler = std::move(handler);
    table_->add(std::move(route));
}

void Router::add(Method method, std::string_view pattern, RouteOptions options, Handler handler) {
    auto route = std::make_unique<Route>();
    route->method = method;
    route->pattern = pattern;
    route->options = std::move(options);
    route->handler = std::move(handler);
    table_->add(std::move(route));
}

void Router::add_later(Method method, std::string_view pattern, RouteOptions options, LaterHandler handler) {
    auto route = std::make_unique<Route>();
    route->method = method;
    route->pattern = pattern;
    route->options = std::move(options);
    route->later = std::move(handler);
    table_->add(std::move(route));
}

void Router::after(Filter filter) {
    table_->filters.push_back(std::move(filter));
}

void Router::fallback(std::string_view prefix, Handler handler) {
    table_->fallbacks.emplace_back(prefix, std::move(handler));
}

void Router::error_form(std::string_view prefix, ErrorForm form) {
    table_->error_forms.emplace_back(prefix, std::move(form));
}

std::vector<Router::Listed> Router::list() const {
    std::vector<Listed> out;
    for (const auto& route : table_->routes) out.push_back({route->method, route->pattern});
    return out;
}

}  // namespace comity::http
