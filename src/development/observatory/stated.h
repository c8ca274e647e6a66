// Statements out of the view: what they say, who says it, and which of several counts.
#pragma once

#include <algorithm>
#include <functional>
#include <initializer_list>
#include <string>
#include <tuple>
#include <vector>

#include "base/digest.h"
#include "db/database.h"
#include "json/value.h"
#include "ledger/access.h"

namespace comity::development {

// What a statement says, and which statement it is.
template <typename Body>
struct Stated {
    Body body;
    std::string author;
    Digest statement;
    std::int64_t seq = 0;  // this node's own number: decides nothing
};

// A later one replaces an earlier one: by edition where there is one, then revision, then the greatest id.
template <typename Body>
auto age_of(const Stated<Body>& stated) {
    if constexpr (requires { stated.body.edition; }) {
        return std::tie(stated.body.edition, stated.body.revision, stated.statement);
    } else {
        return std::tie(stated.body.revision, stated.statement);
    }
}

// Of those that are alike by `key` the last, in the order of keys.
template <typename T, typename Key>
std::vector<T> latest(std::vector<T> all, const Key& key) {
    std::ranges::sort(all, [&](const T& a, const T& b) {
        if (key(a) != key(b)) return key(a) < key(b);
        return age_of(b) < age_of(a);
    });
    const auto rest = std::ranges::unique(all, {}, key);
    all.erase(rest.begin(), rest.end());
    return all;
}

// Rows of "SELECT seq, id, author, audience, body, ..." that the reader may read, each parsed; `more` takes
// what else is in a row.
template <typename T, typename Parse>
Result<std::vector<T>> load_stated(
    db::Session& session, const ledger::Readable& readable, const std::string& sql,
    std::initializer_list<db::Param> params, const Parse& parse,
    const std::function<void(T&, const db::Row&)>& more = [](T&, const db::Row&) {}) {
    std::vector<T> out;
    Result<void> read;
    COMITY_CHECK(session.each(sql, params, [&](const db::Row& row) {
        if (!readable.contains(row.integer(3))) return true;
        auto value = json::parse(row.text(4));
        auto body = value ? parse(*value) : std::unexpected(value.error());
        if (!body) {
            read = corrupt("development view", "holds what cannot be read: " + body.error().message(),
                           "run comity rebuild");
            return false;
        }
        T one;
        one.body = *std::move(body);
        one.author = row.text(2);
        one.statement = row.digest(1);
        one.seq = row.integer(0);
        more(one, row);
        out.push_back(std::move(one));
        return true;
    }));
    COMITY_CHECK(read);
    return out;
}

}  // namespace comity::development
