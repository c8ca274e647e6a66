// Policies (C2SP tlog-policy): what is read is written to the same policy again, and judging any note by it
// is safe.
#include "fuzz/target.h"
#include "log/policy.h"
#include "log/sample_log.h"

using namespace comity;
using fuzz::hold;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto policy = log::Policy::parse(fuzz::text_of(data, size));
    if (!policy) {
        hold(!policy.error().what.empty(), "a refusal says why");
        return 0;
    }
    const auto again = log::Policy::parse(policy->write());
    hold(again && *again == *policy, "a policy is written as it was read");
    static const crypto::Note note = *crypto::parse_note(log::sample::note());
    const auto verdict = log::judge(*policy, note);
    if (!verdict) return 0;
    hold(verdict->met == verdict->waits.empty(), "what is not met waits for somebody");
    hold(verdict->groups.size() == policy->groups.size(), "every group is told of");
    return 0;
}
