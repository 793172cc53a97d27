package dev.onchange.engine.match;

import java.util.Set;

/** The operators that servers write for themselves into filters. They are valid in a user's filter, too; only the server answers them. */
final class InternalOperators {

    private static final Set<String> OF_DOCUMENTS = Set.of(
            "$_internalBucketGeoWithin",
            "$_internalSchemaAllowedProperties",
            "$_internalSchemaCond",
            "$_internalSchemaMaxProperties",
            "$_internalSchemaMinProperties",
            "$_internalSchemaRootDocEq",
            "$_internalSchemaXor");
    private static final Set<String> OF_FIELDS = Set.of(
            "$_internalExprEq",
            "$_internalExprGt",
            "$_internalExprGte",
            "$_internalExprLt",
            "$_internalExprLte",
            "$_internalEqHash",
            "$_internalSchemaAllElemMatchFromIndex",
            "$_internalSchemaBinDataEncryptedType",
            "$_internalSchemaBinDataFLE2EncryptedType",
            "$_internalSchemaBinDataSubType",
            "$_internalSchemaEq",
            "$_internalSchemaFmod",
            "$_internalSchemaMatchArrayIndex",
            "$_internalSchemaMaxItems",
            "$_internalSchemaMaxLength",
            "$_internalSchemaMinItems",
            "$_internalSchemaMinLength",
            "$_internalSchemaObjectMatch",
            "$_internalSchemaType",
            "$_internalSchemaUniqueItems");

    private InternalOperators() {}

    static boolean isOfDocuments(String name) {
        return OF_DOCUMENTS.contains(name);
    }

    /** Whether it compares a field with a scalar or a document. */
    static boolean isComparison(String name) {
        return name.startsWith("$_internalExpr");
    }

    static boolean isOfFields(String name) {
        return OF_FIELDS.contains(name);
    }
}
