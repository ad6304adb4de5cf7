import * as $protobuf from "protobufjs";
import Long = require("long");

/** Namespace io. */
export namespace io {

    /** Namespace statefun. */
    namespace statefun {

        /** Namespace sdk. */
        namespace sdk {

            /** Namespace egress. */
            namespace egress {

                /**
                 * Properties of a KafkaProducerRecord.
                 * @deprecated Use io.statefun.sdk.egress.KafkaProducerRecord.$Properties instead.
                 */
                interface IKafkaProducerRecord extends io.statefun.sdk.egress.KafkaProducerRecord.$Properties {
                }

                /** Represents a KafkaProducerRecord. */
                class KafkaProducerRecord {

                    /**
                     * Constructs a new KafkaProducerRecord.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: io.statefun.sdk.egress.KafkaProducerRecord.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** KafkaProducerRecord key. */
                    key: string;

                    /** KafkaProducerRecord valueBytes. */
                    valueBytes: Uint8Array;

                    /** KafkaProducerRecord topic. */
                    topic: string;

                    /**
                     * Creates a new KafkaProducerRecord instance using the specified properties.
                     * @param [properties] Properties to set
                     * @returns KafkaProducerRecord instance
                     */
                    static create(properties: io.statefun.sdk.egress.KafkaProducerRecord.$Shape): io.statefun.sdk.egress.KafkaProducerRecord & io.statefun.sdk.egress.KafkaProducerRecord.$Shape;
                    static create(properties?: io.statefun.sdk.egress.KafkaProducerRecord.$Properties): io.statefun.sdk.egress.KafkaProducerRecord;

                    /**
                     * Encodes the specified KafkaProducerRecord message. Does not implicitly {@link io.statefun.sdk.egress.KafkaProducerRecord.verify|verify} messages.
                     * @param message KafkaProducerRecord message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: io.statefun.sdk.egress.KafkaProducerRecord.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a KafkaProducerRecord message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {io.statefun.sdk.egress.KafkaProducerRecord & io.statefun.sdk.egress.KafkaProducerRecord.$Shape} KafkaProducerRecord
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): io.statefun.sdk.egress.KafkaProducerRecord & io.statefun.sdk.egress.KafkaProducerRecord.$Shape;
                }

                namespace KafkaProducerRecord {

                    /** Properties of a KafkaProducerRecord. */
                    interface $Properties {

                        /** KafkaProducerRecord key */
                        key?: (string|null);

                        /** KafkaProducerRecord valueBytes */
                        valueBytes?: (Uint8Array|null);

                        /** KafkaProducerRecord topic */
                        topic?: (string|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a KafkaProducerRecord. */
                    type $Shape = io.statefun.sdk.egress.KafkaProducerRecord.$Properties;
                }

                /**
                 * Properties of a KinesisEgressRecord.
                 * @deprecated Use io.statefun.sdk.egress.KinesisEgressRecord.$Properties instead.
                 */
                interface IKinesisEgressRecord extends io.statefun.sdk.egress.KinesisEgressRecord.$Properties {
                }

                /** Represents a KinesisEgressRecord. */
                class KinesisEgressRecord {

                    /**
                     * Constructs a new KinesisEgressRecord.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: io.statefun.sdk.egress.KinesisEgressRecord.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** KinesisEgressRecord partitionKey. */
                    partitionKey: string;

                    /** KinesisEgressRecord valueBytes. */
                    valueBytes: Uint8Array;

                    /** KinesisEgressRecord stream. */
                    stream: string;

                    /** KinesisEgressRecord explicitHashKey. */
                    explicitHashKey: string;

                    /**
                     * Creates a new KinesisEgressRecord instance using the specified properties.
                     * @param [properties] Properties to set
                     * @returns KinesisEgressRecord instance
                     */
                    static create(properties: io.statefun.sdk.egress.KinesisEgressRecord.$Shape): io.statefun.sdk.egress.KinesisEgressRecord & io.statefun.sdk.egress.KinesisEgressRecord.$Shape;
                    static create(properties?: io.statefun.sdk.egress.KinesisEgressRecord.$Properties): io.statefun.sdk.egress.KinesisEgressRecord;

                    /**
                     * Encodes the specified KinesisEgressRecord message. Does not implicitly {@link io.statefun.sdk.egress.KinesisEgressRecord.verify|verify} messages.
                     * @param message KinesisEgressRecord message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: io.statefun.sdk.egress.KinesisEgressRecord.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a KinesisEgressRecord message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {io.statefun.sdk.egress.KinesisEgressRecord & io.statefun.sdk.egress.KinesisEgressRecord.$Shape} KinesisEgressRecord
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): io.statefun.sdk.egress.KinesisEgressRecord & io.statefun.sdk.egress.KinesisEgressRecord.$Shape;
                }

                namespace KinesisEgressRecord {

                    /** Properties of a KinesisEgressRecord. */
                    interface $Properties {

                        /** KinesisEgressRecord partitionKey */
                        partitionKey?: (string|null);

                        /** KinesisEgressRecord valueBytes */
                        valueBytes?: (Uint8Array|null);

                        /** KinesisEgressRecord stream */
                        stream?: (string|null);

                        /** KinesisEgressRecord explicitHashKey */
                        explicitHashKey?: (string|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a KinesisEgressRecord. */
                    type $Shape = io.statefun.sdk.egress.KinesisEgressRecord.$Properties;
                }
            }
        }
    }
}
