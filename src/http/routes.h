// The router's table as the server reads it: a tree of path segments. Immutable while a server runs.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/router.h"

namespace comity::http {

struct Router::Route {
    Method method = Method::kGet;
    std::string pattern;
    std::vector<std::string> names;  // of its captures, from left to right
    RouteOptions options;
    bool fast = false;
    Handler handler;  // one of the two
    LaterHandler later;
};

struct Router::Match {
    const Route* route = nullptr;  // null: none with that method
    std::map<std::string, std::string, std::less<>> captures;
    std::string allow;  // "GET, HEAD": what the path knows; empty: it is unknown
};

struct Router::Table {
    struct Node {
        std::map<std::string, std::unique_ptr<Node>, std::less<>> literals;
        std::unique_ptr<Node> one;  // {name}
        std::vector<Route*> rest;   // {name*} ends here
        std::vector<Route*> here;   // patterns that end here
    };

    Node root;
    std::vector<std::unique_ptr<Route>> routes;
    std::vector<Filter> filters;
    std::vector<std::pair<std::string, Handler>> fallbacks;
    std::vector<std::pair<std::string, ErrorForm>> error_forms;

    void add(std::unique_ptr<Route> route);
    Match find(Method method, std::string_view path) const;
    // Of the longest prefix that the path lies below; null: none.
    const Handler* fallback(std::string_view path) const;
    const ErrorForm* error_form(std::string_view path) const;
};

}  // namespace comity::http
