// Statements: what parses, drafted and written anew, parses to the same act. The input is the payload.
#include "fuzz/target.h"
#include "ledger/statement.h"

using namespace comity;
using fuzz::hold;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const crypto::Envelope envelope{
        std::string(ledger::kPayloadType), std::string(fuzz::text_of(data, size)), {}};
    const auto statement = ledger::parse_statement(envelope);
    if (!statement) return 0;
    hold(statement->id == envelope.digest(), "the id is the envelope's digest");
    hold(ledger::check_member_id(statement->author, "author").has_value(), "the author is a member's id");
    hold(parse_time(format_time_micros(statement->issued)) == statement->issued, "its time can be written");
    hold(
        ledger::parse_audience(ledger::audience_json(statement->audience), "audience") == statement->audience,
        "its audience can be written");
    for (const ledger::AttachmentRef& attachment : statement->attachments) {
        hold(!attachment.name.empty() && !attachment.type.empty(), "an attachment is named");
    }

    const ledger::Draft draft{
        statement->community,        statement->type,    statement->author,     statement->audience,
        statement->body.as_object(), statement->custody, statement->attachments};
    const auto again = ledger::parse_statement(ledger::unsigned_statement(draft, statement->issued));
    hold(again.has_value(), "the same draft makes a statement");
    hold(again->community == statement->community && again->type == statement->type &&
             again->author == statement->author && again->audience == statement->audience &&
             again->body == statement->body && again->custody == statement->custody,
         "and the same one");
    hold(again->attachments.size() == statement->attachments.size(), "with its attachments");
    hold(again->objects.has_value() == statement->objects.has_value(), "and its objects");
    hold(again->id != statement->id, "but for its nonce");
    return 0;
}
