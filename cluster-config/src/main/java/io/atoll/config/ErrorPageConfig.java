package io.atoll.config;

/** A page that stands for a failure, for clients that want its media type. */
public record ErrorPageConfig(
    @Doc("The status it is for, or a range such as 502-504.") StatusRange status,
    @Doc(
            "The page, in UTF-8, at most 256KiB; .html, .htm, .txt, .json or .xml says its type."
                + " Read with the configuration.")
        PageFile file,
    @Doc("Also in place of what a backend answers with such a status.") @Default("false")
        boolean intercept) {}
