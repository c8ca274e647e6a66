// The cases' text, read: see README.md.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/error.h"

namespace comity::conformance {

using Headers = std::vector<std::pair<std::string, std::string>>;

struct Case {
    std::string title;
    std::size_t line = 0;
    std::string method;
    std::string target;
    std::string as;
    Headers headers;
    std::string body;     // as written: <N*text> stands for text N times, \\xHH for a byte
    bool packed = false;  // compressed
    std::size_t cut = 0;  // bytes left out at its end

    int status = 0;
    Headers expected_headers;
    std::vector<std::pair<std::string, std::string>>
        expected;  // "ids", "versions", "json", "body", "keep": its text, in order
};
Result<std::vector<Case>> parse_cases(std::string_view text);

struct Share {
    std::string author;
    std::string audience;  // JSON
    std::string time;
    std::vector<std::pair<std::string, std::string>> objects;  // name, JSON
};
struct Token {
    std::string name;
    std::string account;
    std::string scope;
};
struct Group {
    std::string owner;
    std::string name;
    std::vector<std::string> members;
};
struct CommunityFile {
    std::vector<std::string> members;
    std::vector<std::string> accounts;
    std::vector<Token> tokens;
    std::vector<std::string> custody;  // members that the node signs for
    struct Collection {
        std::string author;
        std::string audience;  // JSON
        std::string body;      // JSON
    };
    std::vector<Collection> collections;
    std::vector<Group> groups;
    std::vector<Share> shares;
};
Result<CommunityFile> parse_community(std::string_view text);

// The bytes that a body stands for.
std::string body_bytes(std::string_view text);

std::vector<std::string> split(std::string_view text, std::string_view separator);

}  // namespace comity::conformance
