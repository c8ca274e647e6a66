#include "case_file.h"

#include <algorithm>

namespace comity::conformance {
namespace {

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r'))
        text.remove_suffix(1);
    return text;
}

// "first rest" into its two parts.
std::pair<std::string_view, std::string_view> word(std::string_view line) {
    const std::size_t space = std::min(line.find(' '), line.size());
    return {line.substr(0, space), trimmed(line.substr(space))};
}

bool read_header(std::string_view line, Headers& headers) {
    const std::size_t colon = line.find(": ");
    if (colon == std::string_view::npos) return false;
    headers.emplace_back(line.substr(0, colon), trimmed(line.substr(colon + 2)));
    return true;
}

Result<void> read_request(std::string_view line, Case& into) {
    const auto [first, rest] = word(line);
    if (into.method.empty()) {
        into.method = first;
        into.target = rest;
    } else if (first == "as") {
        into.as = rest;
    } else if (first == "body") {
        into.body = rest;
    } else if (line == "packed") {
        into.packed = true;
    } else if (first == "cut") {
        into.cut = static_cast<std::size_t>(std::atoi(std::string(rest).c_str()));
    } else if (!read_header(line, into.headers)) {
        return invalid("request", "is not understood: " + std::string(line));
    }
    return {};
}

Result<void> read_answer(std::string_view line, Case& into) {
    const auto take = [&](std::string_view kind, std::size_t skip) {
        into.expected.emplace_back(kind, trimmed(line.substr(skip)));
    };
    if (into.status == 0) {
        into.status = std::atoi(std::string(line).c_str());
        if (into.status == 0) return invalid("answer", "does not begin with a status: " + std::string(line));
    } else if (line.starts_with("ids:")) {
        take("ids", 4);
    } else if (line.starts_with("versions:")) {
        take("versions", 9);
    } else if (line.starts_with("{")) {
        take("json", 0);
    } else if (line.starts_with("body is")) {
        take("body", 7);
    } else if (line.starts_with("keep ")) {
        take("keep", 5);
    } else if (!read_header(line, into.expected_headers)) {
        return invalid("answer", "is not understood: " + std::string(line));
    }
    return {};
}

}  // namespace

std::string body_bytes(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const std::size_t star = text.find('*');
        const std::size_t close = text.find('>');
        if (text.starts_with('<') && star < close && close != std::string_view::npos) {
            const std::string piece = body_bytes(text.substr(star + 1, close - star - 1));
            for (int n = std::atoi(std::string(text.substr(1, star)).c_str()); n > 0; --n) out += piece;
            text.remove_prefix(close + 1);
        } else if (text.starts_with("\\x") && text.size() >= 4) {
            out += static_cast<char>(std::stoi(std::string(text.substr(2, 2)), nullptr, 16));
            text.remove_prefix(4);
        } else {
            out += text.front();
            text.remove_prefix(1);
        }
    }
    return out;
}

std::vector<std::string> split(std::string_view text, std::string_view separator) {
    std::vector<std::string> parts;
    while (!text.empty()) {
        const std::size_t at = std::min(text.find(separator), text.size());
        parts.emplace_back(trimmed(text.substr(0, at)));
        text.remove_prefix(std::min(at + separator.size(), text.size()));
    }
    return parts;
}

Result<std::vector<Case>> parse_cases(std::string_view text) {
    std::vector<Case> cases;
    bool answer = false;
    std::size_t number = 0;
    for (const std::string& line : split(text, "\n")) {
        ++number;
        if (line.empty() || line.starts_with('#')) continue;
        if (line.starts_with("== ")) {
            cases.emplace_back();
            cases.back().title = line.substr(3);
            cases.back().line = number;
            answer = false;
        } else if (cases.empty()) {
            return invalid("line " + std::to_string(number), "stands before the first case");
        } else if (line == "--") {
            answer = true;
        } else if (auto read = answer ? read_answer(line, cases.back()) : read_request(line, cases.back());
                   !read) {
            return within("line " + std::to_string(number), read.error());
        }
    }
    for (const Case& each : cases) {
        if (each.method.empty() || each.status == 0)
            return invalid("line " + std::to_string(each.line), "the case is incomplete");
    }
    return cases;
}

Result<CommunityFile> parse_community(std::string_view text) {
    CommunityFile file;
    std::size_t number = 0;
    for (const std::string& line : split(text, "\n")) {
        ++number;
        if (line.empty() || line.starts_with('#')) continue;
        const std::vector<std::string> words = split(line, " ");
        if (words[0] == "member" && words.size() == 2) {
            file.members.push_back(words[1]);
        } else if (words[0] == "account" && words.size() == 2) {
            file.accounts.push_back(words[1]);
        } else if (words[0] == "token" && words.size() == 4) {
            file.tokens.push_back({words[1], words[2], words[3]});
        } else if (words[0] == "custody" && words.size() == 2) {
            file.custody.push_back(words[1]);
        } else if (words[0] == "collection" && words.size() > 2) {
            const std::size_t audience = line.find('{');
            const std::size_t body = line.find(" {", audience) + 1;
            file.collections.push_back(
                {words[1], line.substr(audience, body - 1 - audience), line.substr(body)});
        } else if (words[0] == "group" && words.size() > 2) {
            const std::size_t slash = words[1].find('/');
            file.groups.push_back(
                {words[1].substr(0, slash), words[1].substr(slash + 1), {words.begin() + 2, words.end()}});
        } else if (words[0] == "share" && words.size() == 4) {
            file.shares.push_back({words[1], words[3], words[2], {}});
        } else if (words.size() > 1 && words[1].starts_with("{") && !file.shares.empty()) {
            file.shares.back().objects.emplace_back(words[0], line.substr(words[0].size() + 1));
        } else {
            return invalid("line " + std::to_string(number), "is not understood: " + line);
        }
    }
    return file;
}

}  // namespace comity::conformance
