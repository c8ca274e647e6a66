#include "cli/scan/follow_state.h"

#include <filesystem>

#include "cli/files.h"
#include "cli/output.h"
#include "json/fields.h"

namespace comity::cli {
namespace {

namespace scanning = intelligence::match;
using scanning::FollowPlace;
using scanning::PatternFollowState;

constexpr std::size_t kMaxFollowState = std::size_t{1} << 30;  // bytes
constexpr std::int64_t kMaxFollowedLogs = 100'000;             // that something kept may be of

json::Object place_json(const FollowPlace& place) {
    return {{"device", place.device},       {"inode", place.inode},
            {"offset", place.offset},       {"lines", place.lines},
            {"beginning", place.beginning}, {"beginning_size", place.beginning_size},
            {"ending", place.ending},       {"ending_size", place.ending_size},
            {"written", place.written}};
}

Result<FollowPlace> read_place(json::Fields& fields) {
    FollowPlace place;
    const auto number = [&](std::string_view key, std::uint64_t& into) -> Result<void> {
        COMITY_TRY(const std::int64_t read, fields.integer(key, 0, INT64_MAX));
        into = static_cast<std::uint64_t>(read);
        return {};
    };
    COMITY_CHECK(number("device", place.device));
    COMITY_CHECK(number("inode", place.inode));
    COMITY_CHECK(number("offset", place.offset));
    COMITY_CHECK(number("lines", place.lines));
    COMITY_CHECK(number("beginning_size", place.beginning_size));
    COMITY_TRY(place.beginning, fields.text("beginning", 0, 64));
    // Not in states of before 0.1.0.
    COMITY_TRY(const auto ending_size, fields.optional_integer("ending_size", 0, INT64_MAX));
    if (!ending_size) return place;
    place.ending_size = static_cast<std::uint64_t>(*ending_size);
    COMITY_TRY(place.ending, fields.text("ending", 0, 64));
    COMITY_TRY(place.written, fields.integer("written", 0, INT64_MAX));
    return place;
}

json::Object patterns_json(const PatternFollowState& state) {
    json::Object files;
    for (const auto& [log, place] : state.places) {
        json::Object one = place_json(place.file);
        if (place.last) one["last"] = place.last->micros;
        files[log] = std::move(one);
    }
    std::map<std::string_view, std::size_t> numbers;
    json::Array logs;
    json::Object kept;
    for (const auto& [pattern, records] : state.kept) {
        json::Array list;
        for (const PatternFollowState::Kept& one : records) {
            const auto [number, fresh] = numbers.try_emplace(one.log, numbers.size());
            if (fresh) logs.push_back(json::Value(one.log));
            json::Array parts;
            for (const std::uint32_t leaf : one.leaves) parts.push_back(json::Value(leaf));
            list.push_back(json::Array{number->second, one.line, one.at.micros, std::move(parts)});
        }
        kept[pattern] = std::move(list);
    }
    json::Object out{{"files", std::move(files)}, {"logs", std::move(logs)}, {"kept", std::move(kept)}};
    if (state.newest) out["newest"] = state.newest->micros;
    return out;
}

Result<void> read_kept(const json::Value& value, const std::vector<std::string>& logs,
                       std::vector<PatternFollowState::Kept>& out) {
    const auto strange = [] { return invalid("kept", "is not as a scan writes it"); };
    if (!value.is_array()) return strange();
    for (const json::Value& each : value.get_array()) {
        if (!each.is_array() || each.get_array().size() != 4) return strange();
        const json::Array& parts = each.get_array();
        if (!parts[0].is_int64() || !parts[1].is_int64() || !parts[2].is_int64() || !parts[3].is_array())
            return strange();
        const std::int64_t log = parts[0].get_int64();
        const std::int64_t line = parts[1].get_int64();
        if (log < 0 || std::cmp_greater_equal(log, logs.size()) || line < 0 ||
            std::cmp_greater(line, scanning::kLogLineMask))
            return strange();
        PatternFollowState::Kept one{logs[static_cast<std::size_t>(log)],
                                     static_cast<std::uint64_t>(line),
                                     Time{parts[2].get_int64()},
                                     {}};
        for (const json::Value& leaf : parts[3].get_array()) {
            if (!leaf.is_int64() || leaf.get_int64() < 0 || leaf.get_int64() > UINT32_MAX) return strange();
            one.leaves.push_back(static_cast<std::uint32_t>(leaf.get_int64()));
        }
        out.push_back(std::move(one));
    }
    return {};
}

Result<PatternFollowState> read_patterns(const json::Value& value) {
    PatternFollowState state;
    COMITY_TRY(json::Fields fields, json::Fields::of(value, "patterns"));
    COMITY_TRY(const json::Object* const files, fields.object("files"));
    for (const auto& each : *files) {
        COMITY_TRY(json::Fields place, json::Fields::of(each.value(), "patterns.files"));
        scanning::RecordPlace& read = state.places[std::string(each.key())];
        COMITY_TRY(read.file, read_place(place));
        COMITY_TRY(const auto last, place.optional_integer("last", INT64_MIN, INT64_MAX));
        if (last) read.last = Time{*last};
    }
    COMITY_TRY(const auto newest, fields.optional_integer("newest", INT64_MIN, INT64_MAX));
    if (newest) state.newest = Time{*newest};
    COMITY_TRY(const json::Array* const named, fields.array("logs", 0, kMaxFollowedLogs));
    std::vector<std::string> logs;
    for (const json::Value& each : *named) {
        if (!each.is_string()) return invalid("logs", "is not as a scan writes it");
        logs.emplace_back(each.get_string());
    }
    COMITY_TRY(const json::Object* const kept, fields.object("kept"));
    for (const auto& each : *kept)
        COMITY_CHECK(read_kept(each.value(), logs, state.kept[std::string(each.key())]));
    return state;
}

Result<ScanFollowState> read_state(const std::string& text) {
    ScanFollowState state;
    COMITY_TRY(const json::Value value, json::parse(text));
    COMITY_TRY(json::Fields fields, json::Fields::of(value, ""));
    COMITY_TRY(const json::Object* const files, fields.object("files"));
    for (const auto& each : *files) {
        COMITY_TRY(json::Fields place, json::Fields::of(each.value(), "files"));
        COMITY_TRY(state.places[std::string(each.key())], read_place(place));
    }
    if (const json::Value* const folders = value.get_object().if_contains("folders")) {
        if (!folders->is_array()) return invalid("folders", "is not as a scan writes it");
        for (const json::Value& each : folders->get_array()) {
            if (!each.is_string()) return invalid("folders", "is not as a scan writes it");
            state.folders.emplace(each.get_string());
        }
    }
    if (const json::Value* const patterns = value.get_object().if_contains("patterns")) {
        COMITY_TRY(state.patterns, read_patterns(*patterns));
    }
    return state;
}

}  // namespace

Result<ScanFollowState> read_follow_state(Context& context, const std::string& file) {
    if (file.empty() || !std::filesystem::exists(file)) return ScanFollowState();
    COMITY_TRY(const std::string text, read_file(context, file, kMaxFollowState));
    auto state = read_state(text);
    if (!state)
        return invalid(file, "is no state of a scan (" + state.error().message() + ")",
                       "remove it, and the scan begins at the end of the logs");
    return state;
}

Result<void> write_follow_state(Context& context, const std::string& file, const ScanFollowState& state) {
    json::Object files;
    for (const auto& [log, place] : state.places) files[log] = place_json(place);
    json::Object all{{"files", std::move(files)}};
    if (!state.folders.empty()) {
        json::Array folders;
        for (const std::string& each : state.folders) folders.push_back(json::Value(each));
        all["folders"] = std::move(folders);
    }
    if (!state.patterns.places.empty()) all["patterns"] = patterns_json(state.patterns);
    return write_file(context, file, json::write(json::Value(std::move(all))) + "\n", true);
}

}  // namespace comity::cli
