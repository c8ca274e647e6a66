#include "api/taxii/parameters.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace comity::api::taxii {
namespace {

using intelligence::ObjectId;
using intelligence::Spec;

constexpr std::size_t kMaxValues = 1000;  // in one list

Result<std::vector<std::string_view>> list_of(std::string_view name, std::string_view text) {
    std::vector<std::string_view> values;
    while (true) {
        const std::size_t comma = text.find(',');
        values.push_back(text.substr(0, comma));
        if (values.back().empty()) return invalid(std::string(name), "holds an empty value");
        if (values.size() > kMaxValues)
            return invalid(std::string(name), fmt::format("holds more than {} values", kMaxValues));
        if (comma == std::string_view::npos) return values;
        text.remove_prefix(comma + 1);
    }
}

Result<Time> time_of(std::string_view name, std::string_view text) {
    auto time = parse_time(text);
    if (!time)
        return invalid(std::string(name), fmt::format("is no time: {}", time.error().what),
                       "RFC 3339: 2026-11-23T18:52:00.123456Z");
    return *time;
}

Result<std::size_t> limit_of(std::string_view text) {
    const auto wrong = [] { return invalid("limit", "is no positive number"); };
    if (text.empty() || text.find_first_not_of("0123456789") != std::string_view::npos) return wrong();
    std::size_t limit = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), limit);
    if (error == std::errc::result_out_of_range) return kMaxLimit;
    if (limit == 0) return wrong();
    return std::min(limit, kMaxLimit);
}

Result<intelligence::VersionChoice> versions_of(std::string_view text) {
    COMITY_TRY(const auto values, list_of("match[version]", text));
    intelligence::VersionChoice choice;
    choice.last = false;
    for (const std::string_view value : values) {
        if (value == "all") {
            choice.all = true;
        } else if (value == "first") {
            choice.first = true;
        } else if (value == "last") {
            choice.last = true;
        } else {
            COMITY_TRY(const Time at, time_of("match[version]", value));
            choice.at.push_back(at);
        }
    }
    return choice;
}

Result<std::vector<Spec>> specs_of(std::string_view text) {
    COMITY_TRY(const auto values, list_of("match[spec_version]", text));
    std::vector<Spec> specs;
    for (const std::string_view value : values) {
        const bool form = value.size() == 3 && value[1] == '.' &&
                          value.find_first_not_of("0123456789.") == std::string_view::npos;
        if (!form) return invalid("match[spec_version]", "is no version of STIX such as 2.1");
        if (value == "2.0") specs.push_back(Spec::k20);
        if (value == "2.1") specs.push_back(Spec::k21);
        // Another has no objects here: it matches nothing.
    }
    return specs;
}

Result<void> read_one(Parameters& out, std::string_view name, const std::string& value, Filters filters) {
    if (name == "limit") {
        COMITY_TRY(out.limit, limit_of(value));
    } else if (name == "next") {
        out.next = value;
    } else if (name == "added_after") {
        COMITY_TRY(out.filter.added_after, time_of(name, value));
    } else if (name == "match[spec_version]") {
        COMITY_TRY(out.filter.specs, specs_of(value));
    } else if (name == "match[version]" && filters != Filters::kVersions) {
        COMITY_TRY(out.filter.versions, versions_of(value));
    } else if (name == "match[type]" && filters == Filters::kObjects) {
        COMITY_TRY(const auto types, list_of(name, value));
        out.filter.types.assign(types.begin(), types.end());
    } else if (name == "match[id]" && filters == Filters::kObjects) {
        COMITY_TRY(const auto values, list_of(name, value));
        out.filter.ids.emplace();
        for (const std::string_view text : values) {
            if (auto id = ObjectId::parse(text))
                out.filter.ids->push_back(*std::move(id));  // another has no object
        }
    }
    return {};
}

}  // namespace

Result<Parameters> read_parameters(const http::Request& request, Filters filters) {
    static constexpr std::string_view kKnown[] = {
        "added_after", "limit", "match[id]", "match[spec_version]", "match[type]", "match[version]", "next"};
    Parameters out;
    std::vector<std::pair<std::string, std::string>> given;
    for (const auto& [name, value] : request.query) {
        if (std::ranges::find(kKnown, name) == std::end(kKnown)) continue;
        if (std::ranges::find(given, name, [](const auto& each) { return each.first; }) != given.end()) {
            return invalid(name, "is given twice");
        }
        given.emplace_back(name, value);
        COMITY_CHECK(read_one(out, name, value, filters));
    }
    if (filters == Filters::kVersions) out.filter.versions.all = true;
    std::ranges::sort(given);
    for (const auto& [name, value] : given) {
        if (name == "limit" || name == "next") continue;
        // With its length, so that no value passes for another parameter.
        out.bound_to += fmt::format("{}={}:{}&", name, value.size(), value);
    }
    return out;
}

}  // namespace comity::api::taxii
