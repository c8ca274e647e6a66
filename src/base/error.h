// Errors as values: what a function that can fail returns instead of its value.
//
//     Result<Charter> parse_charter(std::string_view text);
//
//     Result<void> found(std::string_view text) {
//         COMITY_TRY(const Charter charter, parse_charter(text));   // returns the error upwards
//         if (charter.members.empty()) {
//             return invalid("members", "a community needs at least one member", "add a [[member]] table");
//         }
//         ...
//     }
//
// No exception crosses a room; a library's are caught where it is called.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace comity {

enum class ErrorKind {
    kInvalid,          // the input is malformed; the same input always fails (HTTP 400, exit 1)
    kUnauthenticated,  // who is asking could not be established (401)
    kRefused,          // understood, and not allowed (403)
    kNotFound,         // there is no such thing, or the asker may not know of it (404)
    kConflict,         // it contradicts what is there (409)
    kTooLarge,         // over a stated limit (413)
    kTooMany,          // asked too often; try later (429)
    kUnavailable,      // disk full, database gone, stopping: the same may succeed later (503)
    kCorrupt,          // stored or received data fails its own check (500)
    kInternal,         // a fault of this program (500)
};

// The kind's name in lower case, as JSON and logs carry it: "invalid", "not-found", "too-large", ...
std::string_view to_string(ErrorKind kind);

struct Error {
    ErrorKind kind = ErrorKind::kInternal;
    std::string
        where;  // the place: a field ("body.member.class"), "charter.toml line 3", a path; may be empty
    std::string what;  // what is wrong there, one clause without a final stop
    std::string mend;  // what to do about it; may be empty

    // "where: what: mend", the empty parts left out.
    std::string message() const;

    friend bool operator==(const Error&, const Error&) = default;
};

template <typename T>
using Result = std::expected<T, Error>;
using Failure = std::unexpected<Error>;

Failure invalid(std::string where, std::string what, std::string mend = {});
Failure unauthenticated(std::string what, std::string mend = {});
Failure refused(std::string where, std::string what, std::string mend = {});
Failure not_found(std::string what, std::string mend = {});
Failure conflict(std::string where, std::string what, std::string mend = {});
Failure too_large(std::string where, std::string what, std::string mend = {});
Failure too_many(std::string what, std::string mend = {});
Failure unavailable(std::string where, std::string what, std::string mend = {});
Failure corrupt(std::string where, std::string what, std::string mend = {});
Failure internal(std::string where, std::string what);

// The same error seen from one level out: "outer" becomes the front of its place ("bundle.json line 7: id").
Failure within(std::string_view outer, Error error);

}  // namespace comity

#define COMITY_CONCAT_INNER(a, b) a##b
#define COMITY_CONCAT(a, b) COMITY_CONCAT_INNER(a, b)

// COMITY_TRY(const int n, parse(text)): declares n from the value, or returns the error.
#define COMITY_TRY(declaration, ...)                                                        \
    auto COMITY_CONCAT(comity_result_, __LINE__) = (__VA_ARGS__);                           \
    if (!COMITY_CONCAT(comity_result_, __LINE__)) {                                         \
        return std::unexpected(std::move(COMITY_CONCAT(comity_result_, __LINE__)).error()); \
    }                                                                                       \
    declaration = *std::move(COMITY_CONCAT(comity_result_, __LINE__))

// COMITY_CHECK(write(x)): goes on when it succeeded, returns the error when it did not.
#define COMITY_CHECK(...)                                              \
    do {                                                               \
        if (auto comity_checked = (__VA_ARGS__); !comity_checked) {    \
            return std::unexpected(std::move(comity_checked).error()); \
        }                                                              \
    } while (false)
