#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "base/text.h"
#include "base/time.h"
#include "development/market/package.h"

namespace comity::development {
namespace {

using Kind = ReleaseDefectKind;

struct Codelist {
    std::string_view field;   // the last name of the path
    std::string_view within;  // what the path begins with; empty: anywhere
    std::vector<std::string_view> codes;
};

// The closed codelists of OCDS 1.1.5 that are short; currencies are three capitals.
const std::vector<Codelist>& codelists() {
    static const std::vector<Codelist> lists{
        {"initiationType", "", {"tender"}},
        {"procurementMethod", "tender", {"open", "selective", "limited", "direct"}},
        {"mainProcurementCategory", "tender", {"goods", "works", "services"}},
        {"status",
         "tender",
         {"planning", "planned", "active", "cancelled", "unsuccessful", "complete", "withdrawn"}},
        {"status", "awards", {"pending", "active", "cancelled", "unsuccessful"}},
        {"status", "contracts", {"pending", "active", "cancelled", "terminated"}},
        {"tag",
         "",
         {"planning", "planningUpdate", "tender", "tenderAmendment", "tenderUpdate", "tenderCancellation",
          "award", "awardUpdate", "awardCancellation", "contract", "contractUpdate", "contractAmendment",
          "implementation", "implementationUpdate", "contractTermination", "compiled"}},
    };
    return lists;
}

constexpr std::array<std::string_view, 4> kMilestoneStatus{"scheduled", "met", "notMet", "partiallyMet"};

class Checker {
  public:
    explicit Checker(const json::Object& release) : release_(release) {}

    std::vector<ReleaseDefect> run() {
        for (const std::string_view name : {"ocid", "id", "date"}) required_text(release_, name, "", true);
        required_text(release_, "initiationType", "", false);
        tag();
        walk(json::Value(release_), "", 0);
        for (const std::string_view name : {"awards", "contracts", "parties"}) ids_of(release_, name, "");
        if (const json::Object* tender = object_of(release_, "tender")) {
            required(*tender, "id", "tender");
            for (const std::string_view name : {"items", "documents", "milestones", "amendments"})
                ids_of(*tender, name, "tender.");
        }
        each(release_, "contracts", "", [&](const json::Object& contract, const std::string& path) {
            required(contract, "awardID", path);
        });
        for (const std::string_view name : {"awards", "contracts"})
            each(release_, name, "", [&](const json::Object& inner, const std::string& path) {
                for (const std::string_view list : {"items", "documents"}) ids_of(inner, list, path + ".");
            });
        each(release_, "contracts", "", [&](const json::Object& contract, const std::string& path) {
            if (const json::Object* done = object_of(contract, "implementation"))
                for (const std::string_view list : {"transactions", "milestones", "documents"})
                    ids_of(*done, list, path + ".implementation.");
        });
        return std::move(out_);
    }

  private:
    void add(Kind kind, std::string where, std::string what, std::string mend, bool quarantined = false) {
        out_.push_back({kind, "", 0, "", std::move(where), std::move(what), std::move(mend), quarantined});
    }

    static const json::Object* object_of(const json::Object& object, std::string_view name) {
        const json::Value* value = object.if_contains(name);
        return value == nullptr ? nullptr : value->if_object();
    }

    static std::string join(std::string_view path, std::string_view name) {
        return path.empty() ? std::string(name) : fmt::format("{}.{}", path, name);
    }

    void required_text(const json::Object& object, std::string_view name, const std::string& path,
                       bool merged_by) {
        const json::Value* value = object.if_contains(name);
        if (value == nullptr)
            return add(Kind::kMissing, join(path, name), "is missing", "OCDS requires it", merged_by);
        if (!value->is_string() || value->get_string().empty())
            add(Kind::kWrongType, join(path, name), "is no text", "write it as a text", merged_by);
    }

    void required(const json::Object& object, std::string_view name, const std::string& path) {
        if (!object.contains(name)) add(Kind::kMissing, join(path, name), "is missing", "OCDS requires it");
    }

    template <typename Take>
    void each(const json::Object& object, std::string_view name, const std::string& path, const Take& take) {
        const json::Value* list = object.if_contains(name);
        if (list == nullptr || !list->is_array()) return;
        for (std::size_t i = 0; i < list->get_array().size(); ++i)
            if (const json::Object* item = list->get_array()[i].if_object())
                take(*item, fmt::format("{}{}[{}]", path, name, i));
    }

    // Each has an id, and no two the same: merging would make one of them.
    void ids_of(const json::Object& object, std::string_view name, const std::string& path) {
        std::set<std::string> seen;
        each(object, name, path, [&](const json::Object& item, const std::string& at) {
            const json::Value* id = item.if_contains("id");
            if (id == nullptr) {
                if (name != "parties") add(Kind::kMissing, at + ".id", "is missing", "OCDS requires it");
            } else if (!seen.insert(json::write(*id)).second) {
                add(Kind::kDuplicateId, at + ".id",
                    fmt::format("{} stands in the list twice", shown(json::write(*id), 60)),
                    "merging makes one of the two: give each its own");
            }
        });
    }

    void tag() {
        const json::Value* tags = release_.if_contains("tag");
        if (tags == nullptr) return add(Kind::kMissing, "tag", "is missing", "OCDS requires it");
        if (!tags->is_array()) return add(Kind::kWrongType, "tag", "is no list", "write [\"tender\"]");
        for (const json::Value& each : tags->get_array()) {
            if (each.is_string()) {
                code("tag", "tag", each.get_string());
            } else {
                add(Kind::kWrongType, "tag", "holds what is no text", "write [\"tender\"]");
            }
        }
    }

    void code(std::string_view name, const std::string& path, std::string_view value) {
        if (name == "status" && path.find("milestones[") != std::string::npos) {
            if (std::ranges::find(kMilestoneStatus, value) == kMilestoneStatus.end()) unknown(path, value);
            return;
        }
        if (name == "currency") {
            if (value.size() != 3 || !std::ranges::all_of(value, [](char c) { return c >= 'A' && c <= 'Z'; }))
                unknown(path, value);
            return;
        }
        for (const Codelist& each : codelists()) {
            if (each.field != name || std::ranges::find(each.codes, value) != each.codes.end()) continue;
            // The field itself, of the object or of an item of the list.
            const std::size_t depth = static_cast<std::size_t>(std::ranges::count(path, '.'));
            if (each.within.empty() ? depth == 0 : depth == 1 && path.starts_with(each.within))
                return unknown(path, value);
        }
    }

    void unknown(const std::string& path, std::string_view value) {
        add(Kind::kUnknownCode, path, fmt::format("'{}' is none of the closed codelist", shown(value, 60)),
            "use one of OCDS's codes");
    }

    void walk(const json::Value& value, const std::string& path, int level) {
        constexpr int kMostLevels = 60;
        if (level > kMostLevels) return;
        if (const json::Array* list = value.if_array()) {
            for (std::size_t i = 0; i < list->size(); ++i)
                walk((*list)[i], fmt::format("{}[{}]", path, i), level + 1);
            return;
        }
        const json::Object* object = value.if_object();
        if (object == nullptr) return;
        for (const auto& [key, inner] : *object) {
            const std::string_view name = key;
            const std::string at = join(path, name);
            // A budget's amount is a value: an object with an amount of its own.
            const bool of_budget =
                path.ends_with("budget") || path.find("budgetBreakdown") != std::string::npos;
            if (name == "amount" && !(of_budget && inner.is_object())) amount(inner, at);
            if (name == "date" || name.ends_with("Date")) date(inner, at);
            if (name != "tag" && inner.is_string()) code(name, at, inner.get_string());
            if ((name == "planning" || name == "tender" || name == "buyer") && path.empty() &&
                !inner.is_object() && !inner.is_null())
                add(Kind::kWrongType, at, "is no object", "write it as OCDS has it");
            walk(inner, at, level + 1);
        }
        period(*object, path);
    }

    void amount(const json::Value& value, const std::string& at) {
        if (value.is_null()) return;
        if (!value.is_number())
            return add(Kind::kWrongType, at, "is no number", "write digits without quotes");
        if (value.to_number<double>() < 0) add(Kind::kNegative, at, "is below 0", "mend it at the source");
    }

    void date(const json::Value& value, const std::string& at) {
        if (value.is_null()) return;
        if (!value.is_string())
            return add(Kind::kWrongType, at, "is no text", "write it as 2024-01-31T00:00:00Z");
        if (const auto time = parse_time(value.get_string()); !time)
            add(Kind::kBadDate, at, fmt::format("'{}': {}", shown(value.get_string(), 60), time.error().what),
                "write it as 2024-01-31T00:00:00Z");
    }

    void period(const json::Object& object, const std::string& path) {
        const json::Value* start = object.if_contains("startDate");
        const json::Value* end = object.if_contains("endDate");
        if (start == nullptr || end == nullptr || !start->is_string() || !end->is_string()) return;
        const auto a = parse_time(start->get_string());
        const auto b = parse_time(end->get_string());
        if (a && b && *b < *a)
            add(Kind::kBadDate, join(path, "endDate"), "lies before the period begins",
                "mend it at the source");
    }

    const json::Object& release_;
    std::vector<ReleaseDefect> out_;
};

}  // namespace

std::string_view to_string(ReleaseDefectKind kind) {
    constexpr std::array<std::string_view, 7> kNames{"broken-json", "missing",  "wrong-type",  "unknown-code",
                                                     "bad-date",    "negative", "duplicate-id"};
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
    return Checker(release.get_object()).run();
}

}  // namespace comity::development
