// Lines whose fields are told by what stands around them: web servers, resolvers, syslog.
#include <algorithm>
#include <array>

#include "intelligence/match/fields.h"

namespace comity::intelligence::match {
namespace {

// Walks through a line; what it takes are fields of it.
class Walker {
  public:
    explicit Walker(std::string_view line) : line_(line) {}

    std::string_view rest() const { return line_.substr(at_); }
    bool at_end() const { return at_ >= line_.size(); }
    bool skip(std::string_view text) {
        if (!rest().starts_with(text)) return false;
        at_ += text.size();
        return true;
    }
    bool skip_to(std::string_view text) {
        const std::size_t found = line_.find(text, at_);
        if (found == std::string_view::npos) return false;
        at_ = found + text.size();
        return true;
    }
    // What stands before the first of these.
    std::string_view until(std::string_view ends, std::string_view name = {}) {
        const std::size_t end = std::min(line_.find_first_of(ends, at_), line_.size());
        const std::string_view text = line_.substr(at_, end - at_);
        if (!name.empty()) add(name, at_, end);
        at_ = end;
        return text;
    }
    // A text in quotes, with the backslashes that it may have.
    bool quoted(std::string_view name) {
        if (!skip("\"")) return false;
        const std::size_t begin = at_;
        while (at_ < line_.size() && line_[at_] != '"') at_ += line_[at_] == '\\' ? 2 : 1;
        if (at_ >= line_.size()) return false;
        add(name, begin, at_++);
        return true;
    }
    void add(std::string_view name, std::size_t begin, std::size_t end) {
        fields.push_back({std::string(name), begin, end, std::string(line_.substr(begin, end - begin))});
    }
    void add_rest(std::string_view name) { add(name, at_, line_.size()); }
    std::size_t where() const { return at_; }

    std::vector<Field> fields;

  private:
    std::string_view line_;
    std::size_t at_ = 0;
};

bool digits(std::string_view text, std::size_t size) {
    return text.size() >= size &&
           std::ranges::all_of(text.substr(0, size), [](char c) { return c >= '0' && c <= '9'; });
}

// BIND: client @0x7f.. 10.0.0.1#5353 (evil.net): query: evil.net IN A +E(0)K (10.0.0.53)
bool bind_query(Walker& at) {
    if (!at.skip_to("client ")) return false;
    if (at.rest().starts_with('@')) {
        at.until(" ");
        at.skip(" ");
    }
    at.until("# ", "client");
    if (!at.skip_to("query: ")) return false;
    at.until(" ", "query");
    return at.skip(" ");
}

// Unbound: [1700000000] unbound[77:0] info: 10.0.0.1 evil.net. A IN, with what was answered behind it;
// log-tag-queryreply says "query: " and "reply: " there.
bool unbound_query(Walker& at) {
    if (!at.skip_to("unbound") || !at.skip_to("] ")) return false;
    if (at.skip("[") && !at.skip_to("] ")) return false;  // by syslog
    if (!at.skip("info: ") && !at.skip("query: ") && !at.skip("reply: ")) return false;
    at.until(" @", "client");
    at.until(" ");
    if (!at.skip(" ")) return false;
    at.until(" ", "query");
    if (!at.skip(" ")) return false;
    at.until(" ");
    return at.skip(" IN") || at.skip(" CH") || at.skip(" HS");
}

// dnsmasq: dnsmasq[7]: query[A] evil.net from 10.0.0.1; dnsmasq[7]: reply evil.net is 203.0.113.7
// log-queries=extra puts a number and who asked before that: dnsmasq[7]: 14 10.0.0.1/43210 query[A] ...
bool dnsmasq_line(Walker& at) {
    if (!at.skip_to("dnsmasq[") || !at.skip_to("]: ")) return false;
    bool extra = false;
    if (!at.rest().empty() && at.rest().front() >= '0' && at.rest().front() <= '9') {
        at.until(" ");
        if (!at.skip(" ")) return false;
        at.until(" /", "client");
        extra = at.skip("/");
        at.until(" ");
        if (!extra || !at.skip(" ")) return false;
    }
    if (at.skip("query[") || at.skip("auth[")) {
        if (!at.skip_to("] ")) return false;
        at.until(" ", "query");
        if (extra) return true;
        if (!at.skip(" from ")) return false;
        at.until(" ", "client");
        return true;
    }
    static constexpr std::array<std::string_view, 8> kSaid = {
        "reply ",     "cached ", "cached-stale ", "config ",
        "forwarded ", "DHCP ",   "/etc/hosts ",   "gravity blocked "};
    if (std::ranges::none_of(kSaid, [&](std::string_view each) { return at.skip(each); })) return false;
    at.until(" ", "query");
    if (at.skip(" is ")) {
        at.until(" ", "answer");
        return true;
    }
    return at.skip(" to ");
}

// PowerDNS: Remote 10.0.0.1 wants 'evil.net|A'; its recursor: question for 'evil.net|A' from 10.0.0.1:5353
bool powerdns_line(Walker& at) {
    if (at.skip_to("Remote ")) {
        at.until(" ", "client");
        if (!at.skip(" wants '")) return false;
        at.until("|'", "query");
        return true;
    }
    if (!at.skip_to("question for '")) return false;
    at.until("|'", "query");
    if (!at.skip_to("' from ")) return false;
    at.until(" :", "client");
    return true;
}

}  // namespace

std::vector<Field> dns_fields(std::string_view line) {
    for (const auto reads : {bind_query, unbound_query, dnsmasq_line, powerdns_line}) {
        Walker at(line);
        if (reads(at)) return std::move(at.fields);
    }
    return {};
}

// host ident user [10/Oct/2000:13:55:36 -0700] "GET /x HTTP/1.0" 200 2326 "referer" "agent"
// The server's own name and port may stand before that (Apache's vhost_combined), and for the host all that a
// proxy forwarded: "203.0.113.7, 10.0.0.1".
std::vector<Field> web_fields(std::string_view line) {
    Walker at(line);
    const std::string_view front = line.substr(0, line.find(" ["));
    std::ptrdiff_t words = std::ranges::count(front, ' ') + 1;
    if (words > 3 && !front.substr(0, front.find(' ')).ends_with(',')) {
        at.until(" :", "host");
        at.until(" ");
        at.skip(" ");
        --words;
    }
    const std::size_t client = at.where();
    for (; words > 3; --words) {
        at.until(" ");
        at.skip(" ");
    }
    at.until(" ");
    at.add("client", client, at.where());
    if (!at.skip(" ")) return {};
    at.until(" ");
    if (!at.skip(" ")) return {};
    at.until(" ", "user");
    if (!at.skip(" [")) return {};
    at.until("]");
    if (!at.skip("] \"")) return {};
    const std::size_t begin = at.where();
    const std::string_view method = at.until(" \"", "method");
    if (at.skip(" ")) {
        at.until(" \"", "uri");
    } else {
        at.fields.pop_back();
        at.add("uri", begin, begin + method.size());
    }
    if (!at.skip_to("\" ")) return std::move(at.fields);
    at.until(" ", "status");
    at.skip(" ");
    at.until(" ");
    if (at.skip(" ") && at.quoted("referer") && at.skip(" ")) at.quoted("agent");
    return std::move(at.fields);
}

std::vector<Field> syslog_fields(std::string_view line) {
    static constexpr std::array<std::string_view, 12> kMonths = {
        "Jan ", "Feb ", "Mar ", "Apr ", "May ", "Jun ", "Jul ", "Aug ", "Sep ", "Oct ", "Nov ", "Dec "};
    Walker at(line);
    if (at.skip("<")) {
        at.until(">");
        if (!at.skip(">")) return {};
    }
    const bool version = at.skip("1 ");  // RFC 5424
    const bool month =
        std::ranges::any_of(kMonths, [&](std::string_view each) { return at.rest().starts_with(each); });
    if (month) {
        if (at.rest().size() < 16 || at.rest()[15] != ' ') return {};
        at.skip(at.rest().substr(0, 16));
    } else if (digits(at.rest(), 4) && at.rest().substr(4).starts_with('-')) {
        at.until(" ");
        if (!at.skip(" ")) return {};
    } else {
        return {};
    }
    at.until(" ", "host");
    if (!at.skip(" ")) return {};
    if (version) {
        at.until(" ", "app");
        at.skip(" ");
        at.until(" ");
        at.skip(" ");
        at.until(" ");
        at.skip(" ");
    } else {
        at.until("[: ", "app");
        if (at.skip("[")) {
            at.until("]");
            at.skip("]");
        }
        if (!at.skip(":")) return {};
        at.skip(" ");
    }
    at.add_rest("message");
    return std::move(at.fields);
}

}  // namespace comity::intelligence::match
