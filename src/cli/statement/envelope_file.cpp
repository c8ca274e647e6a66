#include "cli/statement/envelope_file.h"

#include "cli/files.h"

namespace comity::cli {

Result<crypto::Envelope> read_envelope(Context& context, const std::string& file) {
    COMITY_TRY(std::string text, read_file(context, file, crypto::kMaxEnvelopeSize + 16));
    text.resize(text.find_last_not_of(" \t\r\n") + 1);
    auto envelope = crypto::parse_envelope(text);
    if (!envelope) return within(file, std::move(envelope).error());
    return envelope;
}

}  // namespace comity::cli
