#pragma once
// Builds what a configuration asks for: for the composition root and the command line.
#include <memory>
#include <string_view>
#include <vector>

#include "auth/config.h"
#include "auth/jwks_source.h"
#include "auth/key_source.h"
#include "auth/signer.h"
#include "auth/token_verifier.h"

namespace holdall::auth {

/// The sources of every configured key, or of `own_secret` (signing_key_file.h) where there is none. Secrets, PEM files
/// and the key set file are read here: InvalidArgument in a sentence for the operator when one is of no use, also for a
/// secret given twice. The key set of a URL is fetched in the background: an issuer that is away does not stop the
/// start. Files are looked at every few seconds from then on.
Result<std::vector<std::shared_ptr<KeySource>>> open_key_sources(const Config& config, std::string_view own_secret,
                                                                 const Report& report);

/// The verifier over them. The clock outlives it.
Result<std::unique_ptr<TokenVerifier>> open_verifier(const Config& config, std::string_view own_secret,
                                                     const Clock& clock, const Report& report);

/// Signs with the configured secret, or with `own_secret` where no key is configured; InvalidArgument where only public
/// keys are, whose private halves belong to an issuer.
Result<Signer> open_signer(const Config& config, std::string_view own_secret);

}  // namespace holdall::auth
