#include "base/error.h"

namespace comity {

std::string_view to_string(ErrorKind kind) {
    switch (kind) {
        case ErrorKind::kInvalid:
            return "invalid";
        case ErrorKind::kUnauthenticated:
            return "unauthenticated";
        case ErrorKind::kRefused:
            return "refused";
        case ErrorKind::kNotFound:
            return "not-found";
        case ErrorKind::kConflict:
            return "conflict";
        case ErrorKind::kTooLarge:
            return "too-large";
        case ErrorKind::kTooMany:
            return "too-many";
        case ErrorKind::kUnavailable:
            return "unavailable";
        case ErrorKind::kCorrupt:
            return "corrupt";
        case ErrorKind::kInternal:
            return "internal";
    }
    return "internal";
}

std::string Error::message() const {
    std::string text;
    for (const std::string* part : {&where, &what, &mend}) {
        if (part->empty()) continue;
        if (!text.empty()) text += ": ";
        text += *part;
    }
    return text;
}

namespace {
Failure make(ErrorKind kind, std::string where, std::string what, std::string mend) {
    return Failure(Error{kind, std::move(where), std::move(what), std::move(mend)});
}
}  // namespace

Failure invalid(std::string where, std::string what, std::string mend) {
    return make(ErrorKind::kInvalid, std::move(where), std::move(what), std::move(mend));
}
Failure unauthenticated(std::string what, std::string mend) {
    return make(ErrorKind::kUnauthenticated, {}, std::move(what), std::move(mend));
}
Failure refused(std::string where, std::string what, std::string mend) {
    return make(ErrorKind::kRefused, std::move(where), std::move(what), std::move(mend));
}
Failure not_found(std::string what, std::string mend) {
    return make(ErrorKind::kNotFound, {}, std::move(what), std::move(mend));
}
Failure conflict(std::string where, std::string what, std::string mend) {
    return make(ErrorKind::kConflict, std::move(where), std::move(what), std::move(mend));
}
Failure too_large(std::string where, std::string what, std::string mend) {
    return make(ErrorKind::kTooLarge, std::move(where), std::move(what), std::move(mend));
}
Failure too_many(std::string what, std::string mend) {
    return make(ErrorKind::kTooMany, {}, std::move(what), std::move(mend));
}
Failure unavailable(std::string where, std::string what, std::string mend) {
    return make(ErrorKind::kUnavailable, std::move(where), std::move(what), std::move(mend));
}
Failure corrupt(std::string where, std::string what, std::string mend) {
    return make(ErrorKind::kCorrupt, std::move(where), std::move(what), std::move(mend));
}
Failure internal(std::string where, std::string what) {
    return make(ErrorKind::kInternal, std::move(where), std::move(what), {});
}

Failure within(std::string_view outer, Error error) {
    error.where = error.where.empty() ? std::string(outer) : std::string(outer) + ": " + error.where;
    return Failure(std::move(error));
}

}  // namespace comity
