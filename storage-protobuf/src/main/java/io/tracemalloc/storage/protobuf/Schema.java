package io.tracemalloc.storage.protobuf;

/** Field numbers of {@code profile.proto}, and the names that it leaves to strings. */
final class Schema {

    /** The version that this code writes, and the highest that it reads. */
    static final int FORMAT_VERSION = 1;

    /** Most block sizes that a sample holds. */
    static final int MAX_BLOCK_SIZES = 1 << 16;

    /** Most ages that a sample holds, over all of its block sizes. */
    static final int MAX_AGES = 1 << 16;

    /** Numbers of an age: place of the block size, age, count, bytes. */
    static final int AGE_NUMBERS = 4;

    /** Ages there are. */
    static final int AGE_BUCKETS = 64;

    /** Most frames that a traceback can have. */
    static final int MAX_FRAMES = 65_535;

    static final int PROFILE_SAMPLE_TYPE = 1;
    static final int PROFILE_SAMPLE = 2;
    static final int PROFILE_MAPPING = 3;
    static final int PROFILE_LOCATION = 4;
    static final int PROFILE_FUNCTION = 5;
    static final int PROFILE_STRING_TABLE = 6;
    static final int PROFILE_TIME_NANOS = 9;
    static final int PROFILE_DURATION_NANOS = 10;
    static final int PROFILE_PERIOD_TYPE = 11;
    static final int PROFILE_PERIOD = 12;
    static final int PROFILE_COMMENT = 13;
    static final int PROFILE_DEFAULT_SAMPLE_TYPE = 14;
    static final int PROFILE_TRACEBACK_LIMIT = 1000;
    static final int PROFILE_FORMAT_VERSION = 1001;
    static final int PROFILE_METRIC = 1002;
    static final int PROFILE_DROPPED = 1003;
    static final int PROFILE_TRUNCATED = 1004;
    static final int PROFILE_OVERHEAD_BYTES = 1005;
    static final int PROFILE_ATTRIBUTE = 1006;
    static final int PROFILE_DEFAULT_METRIC = 1007;
    static final int PROFILE_END = 1008;
    static final int PROFILE_AGE_BUCKETS = 1009;

    static final int VALUE_TYPE_TYPE = 1;
    static final int VALUE_TYPE_UNIT = 2;

    static final int SAMPLE_LOCATION_ID = 1;
    static final int SAMPLE_VALUE = 2;
    static final int SAMPLE_LABEL = 3;
    static final int SAMPLE_BLOCK_SIZE = 1000;
    static final int SAMPLE_SIZE_SHIFT = 1001;
    /** Count of metric {@code m} in the order of {@link Values}: this and {@code 2 * m}; its excess: one more. */
    static final int SAMPLE_FIRST_COLUMN = 1002;

    static final int SAMPLE_LAST_COLUMN = 1009;
    static final int SAMPLE_PEAK = 1010;
    static final int SAMPLE_TEMPORARY = 1011;
    static final int SAMPLE_AGE = 1012;

    static final int LABEL_KEY = 1;
    static final int LABEL_STR = 2;
    static final int LABEL_NUM = 3;
    static final int LABEL_NUM_UNIT = 4;

    static final int MAPPING_ID = 1;
    static final int MAPPING_FILENAME = 5;

    static final int LOCATION_ID = 1;
    static final int LOCATION_MAPPING_ID = 2;
    static final int LOCATION_ADDRESS = 3;
    static final int LOCATION_LINE = 4;

    static final int LINE_FUNCTION_ID = 1;
    static final int LINE_LINE = 2;

    static final int FUNCTION_ID = 1;
    static final int FUNCTION_NAME = 2;
    static final int FUNCTION_FILENAME = 4;
    static final int FUNCTION_CLASS_LENGTH = 1000;

    static final int METRIC_INFO_METRIC = 1;
    static final int METRIC_INFO_EXACTNESS = 2;

    static final int ATTRIBUTE_KEY = 1;
    static final int ATTRIBUTE_VALUE = 2;

    static final String ALLOC_OBJECTS = "alloc_objects";
    static final String ALLOC_SPACE = "alloc_space";
    static final String INUSE_OBJECTS = "inuse_objects";
    static final String INUSE_SPACE = "inuse_space";
    static final String COUNT = "count";
    static final String BYTES = "bytes";
    static final String SPACE = "space";

    static final String LABEL_TYPE = "type";
    static final String LABEL_BYTES = "bytes";
    static final String LABEL_DOMAIN = "domain";
    static final String LABEL_TOTAL_FRAMES = "total_nframe";
    static final String LABEL_THREAD = "thread";
    static final String LABEL_HOST = "host";

    private Schema() {}
}
