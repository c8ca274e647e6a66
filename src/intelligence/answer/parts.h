// What several answers have in common.
#pragma once

#include "intelligence/answer/answer.h"
#include "intelligence/search/standing.h"

namespace comity::intelligence {

// The first of that name; nothing where it is not given or empty.
std::optional<std::string_view> parameter(const Parameters& parameters, std::string_view name);
// A whole number, within these; kInvalid names the parameter.
Result<std::int64_t> number(const Parameters& parameters, std::string_view name, std::int64_t min,
                            std::int64_t max, std::int64_t otherwise);

// In the same words whether there is none or it may not be read.
Failure no_object(std::string_view id);

Result<ledger::Audience> audience_of(db::Session& session, ledger::AudienceId id);

// "version": null for observables.
json::Value version_json(const ObjectRow& row);
// {"stated","now","sighted_by","sightings","false_by","members":[...],"more"}
json::Object confidence_json(const search::Hit& hit, const search::Verdicts& verdicts, Time now);
// What is said of a copy beside its bytes: {"sharer","statement","position","added","audience"}
Result<json::Object> copy_json(const Asking& asking, const search::Hit& hit);

// `head` and behind it "object": the bytes as they were submitted.
std::string with_object(const json::Object& head, std::string_view object);

// The copies of one object that the reader may read, the newest first. kNotFound, kInvalid where it is no id.
Result<std::vector<search::Hit>> copies_of(const Asking& asking, std::string_view id);

}  // namespace comity::intelligence
