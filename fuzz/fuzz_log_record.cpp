// Lines of logs in every format: their fields, their time, and what a record of them tells of. References
// lead to objects, and whatever a record is, a pattern can be held against it.
#include "fuzz/target.h"
#include "intelligence/match/record_objects.h"
#include "intelligence/match/record_time.h"
#include "intelligence/pattern/watch.h"

using namespace comity;
using namespace comity::intelligence;
using fuzz::hold;

namespace {

constexpr Time kFuzzNow = Time::from_seconds(1'795'000'000);

void hold_references(const json::Value& value, const Observation& observation, std::string_view key) {
    if (value.is_string() && (key.ends_with("_ref") || key.ends_with("_refs")))
        hold(observation.find(std::string_view(value.get_string())) != nullptr,
             "a reference leads somewhere");
    if (value.is_array()) {
        for (const json::Value& one : value.get_array()) hold_references(one, observation, key);
    }
    if (value.is_object()) {
        for (const auto& one : value.get_object()) hold_references(one.value(), observation, one.key());
    }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size > 16 * 1024) return 0;
    const std::string_view text = fuzz::text_of(data, size);
    const std::size_t first = text.find('\n');
    const std::string_view header = text.substr(0, first);
    const std::string_view line = first == std::string_view::npos ? text : text.substr(first + 1);
    PatternWatch watch(0);
    hold(watch
             .add(*parse_pattern("[network-traffic:dst_port > 0] FOLLOWEDBY [domain-name:value LIKE '%.%'] "
                                 "WITHIN 10 SECONDS"))
             .has_value(),
         "a pattern is taken");
    std::uint64_t number = 0;
    for (const match::LogFormat format :
         {match::LogFormat::kText, match::LogFormat::kZeek, match::LogFormat::kJson, match::LogFormat::kWeb,
          match::LogFormat::kDns, match::LogFormat::kSyslog, match::LogFormat::kCsv}) {
        match::LogFields fields(format);
        fields.comment(header);
        if (format == match::LogFormat::kCsv) fields.header(header);
        const auto found = fields.fields(line);
        const auto time = match::record_time(line, found, kFuzzNow);
        const match::RecordObjects record(found, time.value_or(kFuzzNow));
        for (const ObservedObject& object : record.observation().objects)
            hold_references(*object.object, record.observation(), {});
        watch.see(record.observation(), number++, [](std::size_t, std::vector<BoundObservation>&& bound) {
            hold(bound.size() == 2, "a match has both");
        });
    }
    watch.finish([](std::size_t, auto&&) {});
    return 0;
}
