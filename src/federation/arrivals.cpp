#include "federation/arrivals.h"

#include <algorithm>

#include "log/tile.h"

namespace comity::federation {
namespace {

constexpr std::size_t kStatementsAtOnce = 4 * log::kTileWidth;
constexpr std::size_t kBytesAtOnce = ledger::kMaxSubmissionSize / 2;

std::size_t bytes_of(const ledger::Submission& submission) {
    std::size_t bytes = submission.envelope.size();
    for (const std::string& object : submission.objects) bytes += object.size();
    for (const std::string& attachment : submission.attachments) bytes += attachment.size();
    return bytes;
}

}  // namespace

bool is_ours(const Error& error) {
    return error.kind == ErrorKind::kUnavailable || error.kind == ErrorKind::kCorrupt ||
           error.kind == ErrorKind::kInternal || error.kind == ErrorKind::kTooMany;
}

Result<Arrivals::Some> Arrivals::next() {
    Some some;
    std::size_t taken = 0;
    for (std::size_t bytes = 0; taken < wanted_.size() && taken < kStatementsAtOnce && bytes <= kBytesAtOnce;
         ++taken) {
        const Wanted& want = wanted_[taken];
        if (package_ != want.index / log::kTileWidth)
            COMITY_CHECK(open_package(want.index / log::kTileWidth));
        while (offer_ < offers_.size() && offers_[offer_].index < want.index) ++offer_;
        std::optional<ledger::Submission> submission;
        if (offer_ < offers_.size() && offers_[offer_].index == want.index) {
            COMITY_TRY(submission, complete(std::move(offers_[offer_++]), want.id, some.fault));
        }
        if (submission) bytes += bytes_of(*submission);
        some.submissions.push_back(std::move(submission));
    }
    some.wanted = wanted_.first(taken);
    wanted_ = wanted_.subspan(taken);
    return some;
}

Result<void> Arrivals::open_package(std::uint64_t package) {
    COMITY_TRY(offers_, source_.package(log_, package));
    std::ranges::sort(offers_, {}, &OfferedStatement::index);
    package_ = package;
    offer_ = 0;
    return {};
}

Result<std::optional<ledger::Submission>> Arrivals::complete(OfferedStatement statement, const Digest& id,
                                                             std::string& fault) {
    ledger::Submission submission{
        std::move(statement.envelope), std::move(statement.objects), {}, std::move(statement.holes)};
    if (!statement.apart) return submission;
    const auto read = [&]() -> Result<void> {
        COMITY_TRY(const crypto::Envelope envelope, crypto::parse_envelope(submission.envelope));
        COMITY_TRY(const ledger::Statement parsed, ledger::parse_statement(envelope));
        if (parsed.id != id) return invalid("envelope", "is another statement's than the log's entry");
        if (parsed.objects) {
            COMITY_TRY(ledger::ObjectList list, source_.objects(id, parsed.objects->count));
            submission.objects = std::move(list.data);
            submission.holes = std::move(list.holes);
        }
        for (const ledger::AttachmentRef& ref : parsed.attachments) {
            COMITY_TRY(std::string bytes, source_.attachment(id, ref));
            submission.attachments.push_back(std::move(bytes));
        }
        return {};
    }();
    if (read) return submission;
    if (is_ours(read.error())) return std::unexpected(read.error());
    if (read.error().kind != ErrorKind::kNotFound) fault = read.error().message();
    return std::nullopt;
}

}  // namespace comity::federation
