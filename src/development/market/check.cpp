#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "base/text.h"
#include "base/time.h"
#include "development/market/ocds_schema.h"
#include "development/market/package.h"

namespace comity::development {
namespace {

using Kind = ReleaseDefectKind;

constexpr int kMostLevels = 60;
constexpr std::string_view kFirstDate = "1900", kEndOfDates = "2200";  // as they are written

// Where one is in a release; written out only where there is something to say.
struct Spot {
    const Spot* up = nullptr;
    std::string_view name{};
    std::size_t index = 0;

    std::string text() const {
        if (up == nullptr) return {};
        const std::string before = up->text();
        if (name.empty()) return fmt::format("{}[{}]", before, index);
        return before.empty() ? std::string(name) : fmt::format("{}.{}", before, name);
    }
    std::string_view last() const { return up != nullptr && name.empty() ? up->last() : name; }
};

char type_of(const json::Value& value) {
    switch (value.kind()) {
        case boost::json::kind::null:
            return 'z';
        case boost::json::kind::bool_:
            return 'b';
        case boost::json::kind::int64:
        case boost::json::kind::uint64:
            return 'i';
        case boost::json::kind::double_:
            return 'n';
        case boost::json::kind::string:
            return 's';
        case boost::json::kind::array:
            return 'a';
        case boost::json::kind::object:
            return 'o';
    }
    return 'z';
}

bool is_one_of(char type, std::string_view types) {
    return types.find(type) != std::string_view::npos ||
           (type == 'i' && types.find('n') != std::string_view::npos);
}

std::string_view types_text(std::string_view types) {
    switch (types.front()) {
        case 'o':
            return "is no object";
        case 'a':
            return "is no list";
        case 'n':
            return "is no number";
        case 'i':
            return "is no whole number";
        case 'b':
            return "is neither true nor false";
        default:
            return types.find('i') != std::string_view::npos ? "is neither a text nor a whole number"
                                                             : "is no text";
    }
}

// "title_fr" for "title".
std::string_view without_language(std::string_view name) {
    const std::size_t at = name.find('_');
    return at == std::string_view::npos ? std::string_view() : name.substr(0, at);
}

class Checker {
  public:
    std::vector<ReleaseDefect> run(const json::Object& release) {
        const Spot root;
        object(release, &ocds_release(), root, 0);
        return std::move(out_);
    }

  private:
    void add(Kind kind, const Spot& at, std::string what, std::string mend, bool quarantined = false) {
        out_.push_back({kind, "", 0, "", at.text(), std::move(what), std::move(mend), quarantined});
    }

    // Merging needs these.
    static bool merged_by(std::string_view name, int level) {
        return level == 0 && (name == "ocid" || name == "id" || name == "date");
    }

    // `kind`: what the schema says of it; null: it is an extension's.
    void object(const json::Object& object, const OcdsKind* kind, const Spot& at, int level) {
        if (level > kMostLevels) return;
        if (kind != nullptr) {
            for (const OcdsField& field : kind->fields) {
                if (!field.required || object.contains(field.name)) continue;
                add(Kind::kMissing, {&at, field.name}, "is missing", "OCDS requires it",
                    merged_by(field.name, level));
            }
        }
        for (const auto& [key, value] : object) {
            const std::string_view name = key;
            const Spot place{&at, name};
            const OcdsField* field = kind == nullptr ? nullptr : kind->find(name);
            if (field != nullptr) {
                known(value, *field, place, level);
                continue;
            }
            const OcdsField* base = kind == nullptr ? nullptr : kind->find(without_language(name));
            if (base != nullptr && base->languages && !value.is_string() && !value.is_null())
                add(Kind::kWrongType, place, "is no text", "write it as a text");
            unknown(value, place, level);
        }
        period(object, at);
    }

    void known(const json::Value& value, const OcdsField& field, const Spot& at, int level) {
        if (!is_one_of(type_of(value), field.types))
            return add(Kind::kWrongType, at, std::string(types_text(field.types)), "write it as OCDS has it",
                       merged_by(field.name, level));
        if (const json::Object* inner = value.if_object()) {
            object(*inner, field.inner, at, level + 1);
        } else if (const json::Array* items = value.if_array()) {
            list(*items, field, at, level);
        } else if (value.is_string()) {
            text(value.get_string(), field, at, level);
        } else if (value.is_number() && field.name == "amount" && value.to_number<double>() < 0) {
            add(Kind::kNegative, at, "is below 0", "mend it at the source");
        }
    }

    void text(std::string_view value, const OcdsField& field, const Spot& at, int level) {
        if (value.empty() && (field.not_empty || merged_by(field.name, level)))
            return add(Kind::kMissing, at, "is empty", "OCDS requires it", merged_by(field.name, level));
        if (field.date) date(value, at);
        if (!field.codelist.empty() && !std::ranges::binary_search(field.codes, value))
            add(Kind::kUnknownCode, at,
                fmt::format("'{}' is none of the closed codelist {}", shown(value, 60), field.codelist),
                "use one of OCDS's codes");
    }

    void list(const json::Array& items, const OcdsField& field, const Spot& at, int level) {
        if (items.empty() && field.has_item)
            add(Kind::kMissing, at, "is empty", "OCDS requires an item, or no list");
        std::set<std::string> whole;
        for (std::size_t i = 0; i < items.size(); ++i) {
            const Spot place{&at, {}, i};
            const json::Value& item = items[i];
            if (field.of_texts) {
                if (!item.is_string()) {
                    add(Kind::kWrongType, place, "is no text", "write it as a text");
                } else {
                    text(item.get_string(), field, place, level + 1);
                }
            } else if (field.inner != nullptr) {
                if (item.is_object()) {
                    object(item.get_object(), field.inner, place, level + 1);
                } else {
                    add(Kind::kWrongType, place, "is no object", "write it as OCDS has it");
                }
            }
            const json::Object* one = item.if_object();
            const bool named = one != nullptr && one->contains("id");
            if (field.unique && !named && !whole.insert(json::write(item)).second)
                add(Kind::kDuplicateId, place, "stands in the list twice", "leave one of them out");
        }
        if (!field.of_texts) ids_of(items, at);
    }

    // No two the same: merging would make one of them.
    void ids_of(const json::Array& items, const Spot& at) {
        // Where merging takes the list as a whole, one id may be of two schemes.
        const bool whole = at.name == "additionalIdentifiers" || at.name == "additionalClassifications";
        std::set<std::string> seen;
        for (std::size_t i = 0; i < items.size(); ++i) {
            const json::Object* item = items[i].if_object();
            const json::Value* id = item == nullptr ? nullptr : item->if_contains("id");
            if (id == nullptr || id->is_null()) continue;
            const std::string written = whole ? json::write(items[i]) : json::write(*id);
            if (seen.insert(written).second) continue;
            const Spot place{&at, {}, i};
            add(Kind::kDuplicateId, {&place, "id"},
                fmt::format("{} stands in the list twice", shown(json::write(*id), 60)),
                "merging makes one of the two: give each its own");
        }
    }

    // An extension's: held to what is the same everywhere.
    void unknown(const json::Value& value, const Spot& at, int level) {
        if (level > kMostLevels) return;
        const std::string_view name = at.last();
        if (const json::Object* inner = value.if_object()) return object(*inner, nullptr, at, level + 1);
        if (const json::Array* items = value.if_array()) {
            for (std::size_t i = 0; i < items->size(); ++i) unknown((*items)[i], {&at, {}, i}, level + 1);
            return;
        }
        if (value.is_null()) return;
        if (name == "amount" && !value.is_number())
            return add(Kind::kWrongType, at, "is no number", "write digits without quotes");
        if (name == "amount" && value.to_number<double>() < 0)
            return add(Kind::kNegative, at, "is below 0", "mend it at the source");
        if (name != "date" && !name.ends_with("Date")) return;
        if (!value.is_string())
            return add(Kind::kWrongType, at, "is no text", "write it as 2024-01-31T00:00:00Z");
        date(value.get_string(), at);
    }

    void date(std::string_view value, const Spot& at) {
        const auto time = parse_time(value);
        if (!time) {
            add(Kind::kBadDate, at, fmt::format("'{}': {}", shown(value, 60), time.error().what),
                "write it as 2024-01-31T00:00:00Z");
        } else if (value < kFirstDate || value >= kEndOfDates) {
            // What programs write for nothing: year 1, year 9999.
            add(Kind::kBadDate, at, fmt::format("'{}' is no year of a contract's", shown(value, 60)),
                "leave out what is not known, and mend the rest at the source");
        }
    }

    void period(const json::Object& object, const Spot& at) {
        const json::Value* start = object.if_contains("startDate");
        const json::Value* end = object.if_contains("endDate");
        if (start == nullptr || end == nullptr || !start->is_string() || !end->is_string()) return;
        const auto a = parse_time(start->get_string());
        const auto b = parse_time(end->get_string());
        if (a && b && *b < *a)
            add(Kind::kBadDate, {&at, "endDate"}, "lies before the period begins", "mend it at the source");
    }

    std::vector<ReleaseDefect> out_;
};

}  // namespace

std::string_view to_string(ReleaseDefectKind kind) {
    constexpr std::array<std::string_view, 9> kNames{"not-utf8",   "broken-json",  "missing",
                                                     "wrong-type", "unknown-code", "bad-date",
                                                     "negative",   "duplicate-id", "equal-date"};
    return kNames[static_cast<std::size_t>(kind)];
}

json::Object defect_json(const ReleaseDefect& defect) {
    return {{"kind", to_string(defect.kind)},
            {"file", defect.file},
            {"line", defect.line == 0 ? json::Value(nullptr) : json::Value(defect.line)},
            {"release", defect.release},
            {"where", defect.where},
            {"what", defect.what},
            {"mend", defect.mend},
            {"quarantined", defect.quarantined}};
}

std::vector<ReleaseDefect> check_release(const json::Value& release) {
    if (!release.is_object())
        return {{Kind::kWrongType, "", 0, "", "", "is no release but another kind of value",
                 "write it as an object", true}};
    return Checker().run(release.get_object());
}

}  // namespace comity::development
