// What a scan looks for: an index file, or the indicators of the node that its user may read.
#pragma once

#include <future>
#include <memory>
#include <string>

#include "cli/context.h"
#include "intelligence/match/catalog.h"
#include "intelligence/match/store.h"

namespace comity::cli {

class WatchList {
  public:
    // `index`: a file; empty: what the node has (--node or the data folder). Compound patterns of either go
    // where `gathering` says; those of a file once all of it was found as it was written.
    static Result<std::unique_ptr<WatchList>> open(Context& context, const std::string& index,
                                                   const intelligence::match::Gathering& gathering);

    const intelligence::match::Catalog& catalog() const { return *catalog_; }
    // What is not looked for though it is valid: of the node's indicators, or as the file's maker had it; of
    // a file whose patterns nobody asked for, these. Waits as verified() does.
    Result<intelligence::match::LeftOut> unwatched();
    // Waits until every byte of the file has been read and found as it was written: nothing is told before.
    Result<void> verified();
    // The file's newer version, if there is one by now; false: there is none. An error leaves the old one in
    // place.
    Result<bool> refresh();

  private:
    std::string path_;
    intelligence::match::LeftOut unwatched_;
    bool with_patterns_ = false;
    Bytes bytes_;  // of an index that was made for this scan
    std::shared_ptr<const intelligence::match::Catalog> catalog_;
    std::shared_future<Result<void>> verifying_;
};

}  // namespace comity::cli
